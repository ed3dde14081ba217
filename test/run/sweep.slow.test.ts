import type { Table } from '@runmeta/core/table/port'
import { afterEach, expect, it, vi } from 'vitest'
import { jsonOf, type RunBody, rowsOf, testApp } from '../support/app.ts'
import { fillLogs } from '../support/logs.ts'
import { createSweeper } from '../support/sweep.ts'

/** A twentieth of 1,000,000 logs and of the 500 removals a second of a partition. */
const LOGS = 50_000
const REMOVALS_A_SECOND = 25
const HOUR_MS = 3_600_000

/** A table whose removals take as long as a busy partition's, by the fake clock. */
const slow = (table: Table): Table => ({
  ...table,
  removeMany: async (keys) => {
    await table.removeMany(keys)
    vi.advanceTimersByTime((keys.length / REMOVALS_A_SECOND) * 1000)
  },
  withSignal: (signal) => slow(table.withSignal(signal)),
})

/** Deletes such a run, and sweeps on a schedule. @returns milliseconds until only the tombstone remains */
async function deletion(everyMs: number, budgetMs: number): Promise<number> {
  const app = await testApp({ over: slow, hasDeadlines: true })
  const { id } = await jsonOf<RunBody>(app.send('POST', '/v1/runs', '{"index":false}'), 201)
  await fillLogs(app, { run: id, count: LOGS, age: HOUR_MS, values: (n) => ({ n: String(n) }) })
  vi.useFakeTimers({ toFake: ['Date', 'performance'] })
  const began = performance.now()
  expect((await app.request(`/v1/runs/${id}`, { method: 'DELETE' })).status).toBe(204)
  const sweeper = createSweeper(app, slow)
  for (let turn = 1; turn < 100; turn++) {
    vi.advanceTimersByTime(Math.max(0, began + turn * everyMs - performance.now()))
    await sweeper.sweepIn(0, budgetMs)
    if (rowsOf(app).length <= 1) return performance.now() - began
  }
  throw new Error('the run is never gone')
}

afterEach(() => void vi.useRealTimers())

it('sweeps of 270 s every 5 minutes remove the bytes of a run of 1,000,000 logs within an hour', async () => {
  expect(await deletion(300_000, 270_000)).toBeLessThan(HOUR_MS)
})

it('sweeps every 15 minutes would take longer', async () => {
  expect(await deletion(900_000, 270_000)).toBeGreaterThan(HOUR_MS)
})
