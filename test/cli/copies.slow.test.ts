import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type StoreProxy, startHttpProxy } from '../support/proxy.ts'
import { useCommand } from './command.ts'
import { call, newProject, type Project, shownOf } from './shown.ts'

/** Each copy takes two processes, an export and an import. */
const CASES = 6

const KEYS = ['a', 'b', '__proto__', 'a/b', '🔑 ~ü'] as const
const STEPS = ['train', 'step::1'] as const

const plain = fc.oneof(
  fc.constantFrom(
    'null',
    'true',
    '""',
    '{}',
    '[]',
    '1.0',
    '-0',
    '1e400',
    '9223372036854775808',
    '5e-324',
    '0.10',
    '"\u2028"',
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? '-0' : String(value))),
  fc.bigInt().map(String),
  fc.string({ unit: 'binary', maxLength: 12 }).map((text) => JSON.stringify(text)),
)

function nested({ depth, brackets: [open = '', close = ''] }: { depth: number; brackets: string }) {
  const opening = open === '[' ? open : `${open}"a":`
  return { text: `${opening.repeat(depth)}1${close.repeat(depth)}`, types: [] }
}

/** A JSON value, with its types by pointer. */
const value: fc.Arbitrary<{ text: string; types: readonly (readonly [string, string])[] }> = fc.oneof(
  { arbitrary: plain.map((text) => ({ text, types: [] })), weight: 4 },
  fc.array(plain, { maxLength: 3 }).map((items) => ({ text: `{"in":[${items.join()}],"a":1.50}`, types: [] })),
  fc.constantFrom('Uri', 'Path', 'DType').map((type) => ({ text: '"s3://b/k"', types: [['', type] as const] })),
  fc.nat().map((size) => ({ text: `{"":{"size":${size}}}`, types: [['//size', 'StorageSize'] as const] })),
  fc.record({ depth: fc.constantFrom(1, 61, 62, 63, 64), brackets: fc.constantFrom('[]', '{}') }).map(nested),
)

const run = fc.nat({ max: 2 })
const step = fc.option(fc.constantFrom(...STEPS), { nil: undefined })
const change = fc.oneof(
  {
    arbitrary: fc.record({
      kind: fc.constant('log' as const),
      run,
      step,
      relatedEntities: fc.constantFrom(undefined, false),
      members: fc.uniqueArray(fc.tuple(fc.constantFrom(...KEYS), value), {
        selector: ([key]) => key,
        minLength: 1,
        maxLength: 3,
      }),
    }),
    weight: 4,
  },
  fc.record({ kind: fc.constant('unset' as const), run, step, key: fc.constantFrom(...KEYS) }),
)
type Change = typeof change extends fc.Arbitrary<infer Made> ? Made : never

const world = fc.record({
  runs: fc.array(
    fc.record({
      pipeline: fc.constantFrom(undefined, 'iris', 'münchen 1'),
      status: fc.constantFrom(undefined, 'completed', 'failed'),
      index: fc.constantFrom(undefined, undefined, false),
      expiresAt: fc.constantFrom(undefined, '2099-01-01T00:00:00.000Z'),
    }),
    { minLength: 3, maxLength: 3 },
  ),
  changes: fc.array(change, { minLength: 5, maxLength: 25 }),
})

const where = (text: string) => `where=${encodeURIComponent(text)}`
const QUERIES = [
  'pipeline=iris',
  'status=completed&status=failed',
  'order=createdAt',
  ...['/a exists', '/b > 0', '/a prefix "s3:"', '/a//size >= 10', '/a~1b = 1', '/b/a = 1.5', '/a != null'].map(where),
]

function textOf({ step, relatedEntities, members }: Extract<Change, { kind: 'log' }>): string {
  const pointer = (key: string) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
  const metadata = members.map(([key, { text }]) => `${JSON.stringify(key)}:${text}`).join()
  const types = members.flatMap(([key, { types }]) => types.map(([at, type]) => [pointer(key) + at, type]))
  const options = JSON.stringify({ step, relatedEntities, types: Object.fromEntries(types) }).slice(1)
  return `{"metadata":{${metadata}},${options}`
}

const SIGNALS = ['SIGKILL', 'SIGINT'] as const

describe('a copy of a server', () => {
  const { run: runmeta, start, stop, folder, url, key, main, environment } = useCommand()
  let second: Awaited<ReturnType<typeof start>> | undefined
  let proxy: StoreProxy | undefined
  let projects = 0
  beforeAll(async () => {
    second = await start(join(folder(), 'other'))
  })
  afterAll(async () => {
    await proxy?.stop()
    await stop(second?.child)
  })

  const source = async () => newProject(url(), await key(), `case-${++projects}`)
  const target = async () => {
    const rootKey = (await readFile(join(folder(), 'other/key'), 'utf8')).trim()
    return newProject(second?.url ?? '', rootKey, `case-${++projects}`)
  }
  const as = ({ url, key }: Project) => ({ env: { RUNMETA_URL: url, RUNMETA_API_KEY: key } })
  const done = async (args: readonly string[], project: Project) => {
    expect(await runmeta(args, as(project))).toMatchObject({ code: 0 })
  }

  async function fill(project: Project, { runs, changes }: typeof world extends fc.Arbitrary<infer W> ? W : never) {
    const ids: string[] = []
    for (const fields of runs) {
      const { status, body } = await call(project, 'POST', '/v1/runs', JSON.stringify(fields))
      expect(status).toBe(201)
      ids.push(String(body?.id))
    }
    for (const one of changes) {
      const path = `/v1/runs/${ids[one.run]}/metadata`
      if (one.kind === 'log') {
        expect((await call(project, 'POST', path, textOf(one))).status).toBe(201)
      } else {
        const query = new URLSearchParams({ key: one.key, ...(one.step === undefined ? {} : { step: one.step }) })
        expect([204, 404]).toContain((await call(project, 'DELETE', `${path}?${query}`)).status)
      }
    }
  }

  it('has the same runs, logs, histories, types and search results, whatever was logged', async () => {
    await fc.assert(
      fc.asyncProperty(world, async (made) => {
        const [from, to] = [await source(), await target()]
        await fill(from, made)
        const file = `copy-${projects}.jsonl`
        await done(['export', '--out', file], from)
        await done(['import', file], to)
        await done(['list', '--include', 'metadata', '--select', '/a'], to)
        const shown = await shownOf(from, QUERIES)
        expect(await shownOf(to, QUERIES)).toEqual(shown)
        await done(['import', file], to)
        expect(await shownOf(to, QUERIES)).toEqual(shown)
      }),
      { numRuns: CASES },
    )
  })

  /** Starts the command, and kills it during one of its requests. */
  async function ended(
    args: readonly string[],
    project: Project,
    { at, nth, operation }: Moment,
    signal: (typeof SIGNALS)[number],
  ): Promise<void> {
    let count = 0
    const hold = proxy?.hold((request) => operation.test(request.operation) && ++count === nth, at)
    const options = { cwd: folder(), env: environment(as(project).env) }
    const child = execFile(process.execPath, [main, ...args], options, () => undefined)
    const exit = once(child, 'exit')
    await hold?.held()
    child.kill(signal)
    expect(await exit).toEqual([null, signal])
    hold?.release()
    await proxy?.idle()
  }

  it.each(SIGNALS)('is complete if the export was killed by %s and repeated', async (signal) => {
    const from = await source()
    for (let n = 0; n < 6; n++) {
      const { body } = await call(from, 'POST', '/v1/runs', JSON.stringify({ name: `run-${n}` }))
      await call(from, 'POST', `/v1/runs/${body?.id}/metadata`, `{"metadata":{"n":${n}}}`)
    }
    proxy = await startHttpProxy(from.url)
    const through = { ...from, url: proxy.endpoint }
    await done(['export', '--out', 'whole.jsonl'], through)
    const file = `${signal}.jsonl`
    await ended(['export', '--out', file], through, { at: 'reply', nth: 4, operation: /^GET .*\/logs$/ }, signal)
    const part = await readFile(join(folder(), `${file}.part`), 'utf8')
    expect(part.match(/^\{"end"/gm)).toHaveLength(3)
    await expect(readFile(join(folder(), file))).rejects.toThrow('ENOENT')
    await done(['export', '--out', file], through)
    expect(await readFile(join(folder(), file), 'utf8')).toBe(await readFile(join(folder(), 'whole.jsonl'), 'utf8'))
    await proxy.stop()
    proxy = undefined
  })

  it.each(SIGNALS)('is complete if the import was killed by %s and repeated', async (signal) => {
    const [from, to] = [await source(), await target()]
    const { body } = await call(from, 'POST', '/v1/runs', '{"name":"long"}')
    for (let part = 0; part < 11; part++) {
      const logs = Array.from({ length: 100 }, (_, n) => ({ run: body?.id, metadata: { n: part * 100 + n } }))
      expect((await call(from, 'POST', '/v1/metadata', JSON.stringify({ logs }))).status).toBe(200)
    }
    await done(['export', '--out', 'long.jsonl'], from)
    proxy = await startHttpProxy(to.url)
    const through = { ...to, url: proxy.endpoint }
    const moment: Moment = { at: 'reply', nth: 5, operation: /^POST \/v1\/metadata$/ }
    await ended(['import', 'long.jsonl'], through, moment, signal)
    const { stdout } = await runmeta(['import', 'long.jsonl'], as(through))
    // The first import has created what it sent, without the last reply.
    expect(JSON.parse(stdout)).toEqual({ runs: 1, newRuns: 0, newLogs: 600 })
    expect(await shownOf(to, [])).toEqual(await shownOf(from, []))
    await proxy.stop()
    proxy = undefined
  })
})

/** When a process is killed: before the nth request of a kind reaches the server, or before its reply arrives. */
interface Moment {
  readonly at: 'request' | 'reply'
  readonly nth: number
  readonly operation: RegExp
}
