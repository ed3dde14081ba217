import { readLog } from '@runmeta/core/json/body'
import { table } from './report.ts'

/** `npm run bench:values [-- <repetitions>]`: compares reading a log's body of about 1 MB, including its hash, with `JSON.parse` of the same text. */

const many = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n))

const BODIES: Readonly<Record<string, unknown>> = {
  numbers: { v: many(60_000, (n) => n * 1.37) },
  strings: { v: many(40_000, (n) => `some string value ${n}`) },
  escapes: { v: many(40_000, (n) => `line\n"quoted" ${n}`) },
  objects: { v: many(26_000, (n) => ({ id: n, name: `n${n}`, ok: true })) },
  keys: Object.fromEntries(many(9_000, (n) => [`key-${n}`, { loss: n / 7, at: `step ${n}`, tags: ['a', 'b'] }])),
  text: { v: 'x'.repeat(1_000_000) },
}
const RUNS = Number(process.argv[2] ?? 25)

function median(run: () => unknown): number {
  const times = many(RUNS, () => {
    const began = performance.now()
    run()
    return performance.now() - began
  })
  return times.sort((one, other) => one - other)[RUNS >> 1] ?? 0
}

const figures = table('Reading the body of a log', ['body', 'bytes', 'JSON.parse ms', 'ours ms', 'ratio'])
for (const [name, metadata] of Object.entries(BODIES)) {
  const text = JSON.stringify({ metadata })
  const parsed = median(() => JSON.parse(text))
  const ours = median(() => readLog(text).content().digest([]))
  figures.row(name, text.length, parsed.toFixed(2), ours.toFixed(2), (ours / parsed).toFixed(1))
}
figures.end()
