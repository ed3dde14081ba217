import { ESCAPED, type Extent, type Scan } from './scan.ts'
import { unquote } from './unquote.ts'

/** Returns a function that rewrites parts of a scanned text by its spans. Call it with extents in the order of the text. */
export function rewriter(scan: Scan, escapes: 'kept' | 'canonical'): (extent: Extent) => string {
  const { text, spans } = scan
  let mark = 0
  return function rewrite({ start, end }) {
    while (mark < spans.length && Number(spans[mark]) < start) mark += 3
    let from = start
    let result = ''
    for (; mark < spans.length; mark += 3) {
      const [begin = 0, stop = 0, kind] = [spans[mark], spans[mark + 1], spans[mark + 2]]
      if (begin >= end) break
      if (kind === ESCAPED && escapes === 'kept') continue
      result += text.slice(from, begin)
      // JSON.stringify writes each character in only one way.
      if (kind === ESCAPED) result += JSON.stringify(unquote(text.slice(begin, stop)))
      from = stop
    }
    return from === start ? text.slice(start, end) : result + text.slice(from, end)
  }
}
