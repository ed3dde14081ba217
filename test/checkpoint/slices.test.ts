import type { Table } from '@runmeta/core/table/port'
import { beforeAll, describe, expect, it } from 'vitest'
import { type FullRunBody, jsonOf, type TestApp, testApp } from '../support/app.ts'
import { fillLogs } from '../support/logs.ts'
import { log, newRun } from './timed.ts'

const LOGS = 20_000
const AGE_MS = 3_600_000

/** A table that counts the items of pages that are read through it. */
function counting(counts: { items: number }) {
  return function over(table: Table): Table {
    return {
      ...table,
      async *pages(pk, range) {
        for await (const page of table.pages(pk, range)) {
          counts.items += page.items.length
          yield page
        }
      },
      withSignal: (signal) => over(table.withSignal(signal)),
    }
  }
}

/** Reads a run. A server that has no time for all of its logs replies 503, and keeps its progress. */
async function readInTries(app: TestApp, path: string): Promise<FullRunBody> {
  for (let tries = 0; tries < 100; tries++) {
    const reply = await app.request(path)
    if (reply.status === 200) return jsonOf<FullRunBody>(reply)
    expect(reply.status).toBe(503)
    expect(reply.headers.get('retry-after')).toBe('1')
  }
  throw new Error('the run is never read')
}

describe('a run of many logs that nobody has read', { timeout: 600_000 }, () => {
  const counts = { items: 0 }
  let app: TestApp
  let run = ''
  beforeAll(async () => {
    app = await testApp({ over: counting(counts) })
    run = await newRun(app)
    const values = (n: number) => ({ n: String(n), [`k${n % 7}`]: String(n) })
    await fillLogs(app, { run, count: LOGS, age: AGE_MS, values })
  }, 600_000)

  it('can be read, and then costs no more than a short run', async () => {
    const { metadata } = await readInTries(app, `/v1/runs/${run}`)
    expect(metadata).toMatchObject({ n: LOGS - 1, [`k${(LOGS - 1) % 7}`]: LOGS - 1 })
    // Each read advances the checkpoint as far as its time allows.
    for (let reads = 0; reads === 0 || counts.items >= 100; reads++) {
      expect(reads).toBeLessThan(100)
      counts.items = 0
      expect((await jsonOf<FullRunBody>(app.request(`/v1/runs/${run}`))).metadata).toEqual(metadata)
    }
    const other = await testApp({ tableName: app.tableName, over: counting(counts) })
    counts.items = 0
    expect((await jsonOf<FullRunBody>(other.request(`/v1/runs/${run}`))).metadata).toEqual(metadata)
    expect(counts.items).toBeLessThan(200)
  })

  it('has a history whose pages read a bounded number of logs each', async () => {
    const path = `/v1/runs/${run}/history?key=n&limit=1000`
    const seen: number[] = []
    let next: string | undefined = ''
    while (next !== undefined) {
      counts.items = 0
      const page: { entries: { value: number }[]; next?: string } = await jsonOf(
        app.request(next === '' ? path : `${path}&cursor=${next}`),
      )
      expect(counts.items).toBeLessThan(3000)
      seen.push(...page.entries.map(({ value }) => value))
      next = page.next
    }
    expect(seen).toHaveLength(LOGS)
    expect(seen[0]).toBe(LOGS - 1)
  })

  it('is checkpointed regularly by its writers', async () => {
    const own = await newRun(app)
    await fillLogs(app, { run: own, count: 2000, age: AGE_MS, values: (n) => ({ n: String(n) }) })
    for (let n = 0; n < 1024; n++) await jsonOf(log(app, own, `{"metadata":{"n":${n}}}`), 201)
    counts.items = 0
    expect((await jsonOf<FullRunBody>(app.request(`/v1/runs/${own}`))).metadata).toEqual({ n: 1023 })
    expect(counts.items).toBeLessThan(3000)
  })

  it('can be deleted', async () => {
    expect((await app.request(`/v1/runs/${run}`, { method: 'DELETE' })).status).toBe(204)
    expect((await app.request(`/v1/runs/${run}`)).status).toBe(404)
  })
})
