import { afterEach, describe, expect, it } from 'vitest'
import { type FullRunBody, jsonOf, type ReceiptBody, refusalOf } from '../support/app.ts'
import { joinedRun, merge } from '../support/pages.ts'
import { createTimed, log, MINUTE, newRun, readAt } from './timed.ts'

const LATER = 20 * MINUTE
const MIB = 1024 * 1024

const keys = (from: number, count: number): string =>
  Array.from({ length: count }, (_, n) => `"k${from + n}":${from + n}`).join()

describe('a run at its limits', () => {
  const timed = createTimed()
  afterEach(timed.stop)

  it('has 100,000 keys in pages, refuses more keys, and accepts new values of its keys', async () => {
    const server = await timed.start()
    const { app } = server
    const run = await newRun(app)
    for (let n = 0; n < 10; n++) await jsonOf(log(app, run, `{"metadata":{${keys(n * 10_000, 10_000)}}}`), 201)
    const { metadata, pages } = await joinedRun(app, run)
    expect(Object.keys(metadata)).toHaveLength(100_000)
    expect(pages).toBeGreaterThanOrEqual(1)
    // Only a checkpoint has the number of keys. A reader makes one when the logs are old.
    await readAt(server, run, LATER)
    const another = await server.another()
    another.proxy.shiftDate(LATER)
    const problem = await refusalOf(log(another.app, run, '{"metadata":{"one":1,"two":2}}'), 413, 'payload_too_large')
    expect(problem.detail).toMatch(/100002 keys.*100000 is the limit/)
    await jsonOf(log(another.app, run, '{"metadata":{"k1":"anew","k99999":"anew"}}'), 201)
    await refusalOf(log(another.app, run, '{"step":"s","metadata":{"k1":1}}'), 413, 'payload_too_large')
    const joined = await joinedRun(another.app, run)
    expect(Object.keys(joined.metadata)).toHaveLength(100_000)
    expect(joined).toMatchObject({ metadata: { k0: 0, k1: 'anew', k99999: 'anew' }, steps: {} })
  })

  it('accepts stored logs again and new values of its keys, even if logs at the same time exceeded a limit', async () => {
    const server = await timed.start()
    const { app } = server
    const run = await newRun(app)
    for (let n = 0; n < 10; n++) await jsonOf(log(app, run, `{"metadata":{${keys(n * 10_000, 10_000)}}}`), 201)
    const last = `{"metadata":{${keys(100_000, 10_000)}}}`
    const receipt = await jsonOf<ReceiptBody>(log(app, run, last, 'last'), 201)
    await readAt(server, run, LATER)
    const another = await server.another()
    another.proxy.shiftDate(LATER)
    expect(await jsonOf(log(another.app, run, last, 'last'), 201)).toEqual(receipt)
    await refusalOf(log(another.app, run, '{"metadata":{"one":1}}', 'last'), 422, 'idempotency_key_reused')
    await jsonOf(log(another.app, run, '{"metadata":{"k1":-1,"k109999":-1}}'), 201)
    const problem = await refusalOf(
      log(another.app, run, '{"metadata":{"k2":0,"one":1}}', 'new'),
      413,
      'payload_too_large',
    )
    expect(problem.detail).toMatch(/110001 keys.*100000 is the limit/)
    await refusalOf(log(another.app, run, '{"step":"s","metadata":{"k1":1}}'), 413, 'payload_too_large')
  })

  it('has 32 MiB, refuses more bytes, and accepts smaller values of its keys', async () => {
    const server = await timed.start()
    const { app } = server
    const run = await newRun(app)
    // Repetition compresses well, so the store has little to write.
    const value = (bytes: number): string => JSON.stringify('x'.repeat(bytes - 2))
    for (let n = 0; n < 32; n += 3) {
      const members = [0, 1, 2].filter((more) => n + more < 32).map((more) => `"v${n + more}":${value(MIB - 8)}`)
      await jsonOf(log(app, run, `{"metadata":{${members.join()}}}`), 201)
    }
    await readAt(server, run, LATER)
    const another = await server.another()
    another.proxy.shiftDate(LATER)
    const big = await refusalOf(log(another.app, run, `{"metadata":{"more":${value(1024)}}}`), 413, 'payload_too_large')
    expect(big.detail).toMatch(/\d+ bytes of keys and values.*33554432 is the limit/)
    await jsonOf(log(another.app, run, '{"metadata":{"v3":"small"}}'), 201)
    const joined = await joinedRun(another.app, run)
    expect(joined.pages).toBeGreaterThanOrEqual(7)
    expect(Object.keys(joined.metadata)).toHaveLength(32)
    expect(joined.metadata.v3).toBe('small')
    expect(joined.metadata.v31).toHaveLength(MIB - 10)
  })
})

describe('the pages of a run', () => {
  const timed = createTimed()
  afterEach(timed.stop)

  const PART = JSON.stringify('y'.repeat(700_000))
  const members = (names: readonly string[]) => names.map((name) => `${JSON.stringify(name)}:${PART}`).join()

  it('show it as of one position, whatever is logged and unset meanwhile', async () => {
    const { app } = await timed.start()
    const run = await newRun(app)
    await jsonOf(log(app, run, `{"metadata":{${members(['a', 'b', 'c', 'd'])}}}`), 201)
    await jsonOf(log(app, run, `{"step":"s/1","metadata":{${members(['__proto__', 'e', 'f', 'g'])}}}`), 201)
    const before = await joinedRun(app, run)
    const first = await jsonOf<FullRunBody & { metadataNext: string }>(app.request(`/v1/runs/${run}`))
    expect(first.metadataNext).toEqual(expect.any(String))
    await jsonOf(log(app, run, '{"metadata":{"a":"new","g":"new","z":"new"}}'), 201)
    await app.request(`/v1/runs/${run}/metadata?key=f`, { method: 'DELETE' })
    const metadata: Record<string, unknown> = {}
    merge(metadata, first.metadata)
    let next: string | undefined = first.metadataNext
    while (next !== undefined) {
      const page: FullRunBody & { metadataNext?: string } = await jsonOf(
        app.request(`/v1/runs/${run}?metadataCursor=${next}`),
      )
      merge(metadata, page.metadata)
      next = page.metadataNext
    }
    expect(Object.keys(metadata)).toEqual(Object.keys(before.metadata))
    expect(metadata.g).toBe(before.metadata.g)
  })

  it('refuse a cursor of another run, and one that was changed', async () => {
    const { app } = await timed.start()
    const [run, other] = [await newRun(app), await newRun(app)]
    for (const each of [run, other]) {
      for (const name of ['a', 'b']) {
        await jsonOf(log(app, each, `{"metadata":{${members([1, 2, 3, 4].map((n) => name + n))}}}`), 201)
      }
    }
    const { metadataNext } = await jsonOf<{ metadataNext: string }>(app.request(`/v1/runs/${run}`))
    for (const cursor of ['', 'x', metadataNext.slice(0, -1), `${metadataNext}A`]) {
      const problem = await refusalOf(app.request(`/v1/runs/${run}?metadataCursor=${cursor}`), 400, 'bad_request')
      expect(problem.detail).toMatch(/^cursor: |^metadataCursor: /)
    }
    await refusalOf(app.request(`/v1/runs/${other}?metadataCursor=${metadataNext}`), 400, 'bad_request')
  })
})
