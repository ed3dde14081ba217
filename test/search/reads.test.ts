import { mapLimit } from '@runmeta/core/map-limit'
import type { Table } from '@runmeta/core/table/port'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { jsonOf, type RunBody, type TestApp, testApp } from '../support/app.ts'

const RUNS = 200
const POINTERS = Array.from({ length: 100 }, (_, n) => `/k${n}`)

/** The maximum of concurrent reads, and of items that were requested by key concurrently. */
interface Most {
  reads: number
  items: number
  /** All items that were requested by key. */
  asked: number
}

function watching(most: Most) {
  const now = { reads: 0, items: 0 }
  const begin = (items: number) => {
    now.reads++
    now.items += items
    most.reads = Math.max(most.reads, now.reads)
    most.items = Math.max(most.items, now.items)
    most.asked += items
  }
  const end = (items: number) => {
    now.reads--
    now.items -= items
  }
  return function over(table: Table): Table {
    return {
      ...table,
      getMany: (keys) => {
        begin(keys.length)
        return table.getMany(keys).finally(() => end(keys.length))
      },
      async *pages(pk, range) {
        begin(0)
        try {
          yield* table.pages(pk, range)
        } finally {
          end(0)
        }
      },
      withSignal: (signal) => over(table.withSignal(signal)),
    }
  }
}

describe('a search reads a bounded number of items at once', () => {
  const most: Most = { reads: 0, items: 0, asked: 0 }
  const ids: string[] = []
  let app: TestApp
  beforeAll(async () => {
    app = await testApp({ over: watching(most) })
    await mapLimit(Array.from({ length: RUNS }), 8, async () => {
      const { id } = await jsonOf<RunBody>(app.send('POST', '/v1/runs', '{}'), 201)
      // An array is in no row, so the run's logs are read.
      await jsonOf(app.send('POST', `/v1/runs/${id}/metadata`, '{"metadata":{"k0":1,"k1":[1]}}'), 201)
      ids.push(id)
    })
  })
  beforeEach(() => void Object.assign(most, { reads: 0, items: 0, asked: 0 }))

  it.each([
    ['of a full page', {}],
    ['of a page by a pointer', { order: '/k0' }],
  ])('if 100 pointers are selected %s', async (_, asked) => {
    const body = JSON.stringify({ ...asked, select: POINTERS, limit: RUNS })
    const { runs } = await jsonOf<{ runs: unknown[] }>(app.send('POST', '/v1/runs/search', body))
    expect(runs).toHaveLength(RUNS)
    expect(most.asked).toBeGreaterThan(10_000)
    expect(most.items).toBeLessThanOrEqual(800)
    expect(most.reads).toBeLessThanOrEqual(8)
  })

  it('if runs are given by their ids and sorted by a pointer', async () => {
    const body = JSON.stringify({ ids: ids.slice(0, 100), order: '/k0', select: POINTERS, limit: RUNS })
    const { runs } = await jsonOf<{ runs: unknown[] }>(app.send('POST', '/v1/runs/search', body))
    expect(runs).toHaveLength(100)
    expect(most.asked).toBeGreaterThan(5000)
    expect(most.items).toBeLessThanOrEqual(800)
    expect(most.reads).toBeLessThanOrEqual(8)
  })
})
