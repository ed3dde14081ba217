import { ESCAPED, type Extent, type Scan } from './scan.ts'
import { unquote } from './unquote.ts'

/** Rewrites parts of a scanned text from its marks. Extents are asked for in the order of the text. */
export function rewriter(scan: Scan, escapes: 'kept' | 'canonical'): (extent: Extent) => string {
  const { text, marks } = scan
  let mark = 0
  return function rewrite({ start, end }) {
    while (mark < marks.length && Number(marks[mark]) < start) mark += 3
    let from = start
    let result = ''
    for (; mark < marks.length; mark += 3) {
      const [begin = 0, stop = 0, kind] = [marks[mark], marks[mark + 1], marks[mark + 2]]
      if (begin >= end) break
      if (kind === ESCAPED && escapes === 'kept') continue
      result += text.slice(from, begin)
      // JSON.stringify writes each character in one way only.
      if (kind === ESCAPED) result += JSON.stringify(unquote(text.slice(begin, stop)))
      from = stop
    }
    return from === start ? text.slice(start, end) : result + text.slice(from, end)
  }
}
