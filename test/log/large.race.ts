import { randomBytes } from 'node:crypto'
import { beforeAll, expect, it } from 'vitest'
import { type FullRunBody, jsonOf, type ReceiptBody, type RunBody, type TestApp, testApp } from '../support/app.ts'
import { type Case, createGate, inOrders, type Orders, titleOf } from '../support/interleave.ts'
import { partition } from '../support/raw.ts'
import { createSweeper, type Sweeper } from '../support/sweep.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/**
 * Writers of one large log, and sweeps two hours ahead, as if the writers were frozen before any of their requests.
 */
export function largeLogRaces({ alone, together }: { alone: Orders; together: Orders }): void {
  const gates = [createGate(), createGate(), createGate(), createGate()] as const
  let app: TestApp
  let sweeper: Sweeper
  let writers: TestApp[]
  let sweepers: Sweeper[]
  beforeAll(async () => {
    app = await testApp({ engine: 'dynoxide' })
    sweeper = createSweeper(app)
    const { tableName } = app
    writers = await Promise.all([
      testApp({ tableName, over: gates[0].over }),
      testApp({ tableName, over: gates[1].over }),
    ])
    sweepers = [createSweeper(app, gates[2].over), createSweeper(app, gates[3].over)]
    // Their first request tells them the store's time.
    for (const one of sweepers) await one.sweepIn(0)
  })

  async function race(writing: number, sweeping: number): Promise<Case> {
    const run = (await jsonOf<RunBody>(app.send('POST', '/v1/runs', '{"index":false}'), 201)).id
    const value = randomBytes(220_000).toString('base64')
    const body = JSON.stringify({ metadata: { a: value } })
    const send = (to: TestApp) =>
      jsonOf<ReceiptBody>(to.send('POST', `/v1/runs/${run}/metadata`, body, { 'idempotency-key': 'one' }), 201)
    const valueNow = async () => (await jsonOf<FullRunBody>(app.request(`/v1/runs/${run}`))).metadata.a
    for (const writer of writers) await jsonOf(writer.request(`/v1/runs/${run}`))
    const receipts: ReceiptBody[] = []
    const write = (writer: TestApp) => async () => {
      receipts.push(await send(writer))
      expect((await valueNow()) === value).toBe(true)
    }
    return {
      callers: [
        ...writers.slice(0, writing).map(write),
        ...sweepers.slice(0, sweeping).map((one) => () => one.sweepIn(2 * HOUR)),
      ],
      check: async () => {
        for (const ms of [2 * HOUR, 2 * DAY]) await sweeper.sweepIn(ms)
        const kinds = (await partition(app, `default/${run}`)).map(({ sk }) => sk?.S?.split('#')[0])
        expect(kinds.sort()).toEqual(['FACT', 'FACT', 'LOG', 'PART', 'RUN'])
        receipts.push(await send(app))
        for (const receipt of receipts) expect(receipt).toEqual(receipts[0])
        expect((await valueNow()) === value).toBe(true)
      },
    }
  }

  const options = { timeout: 600_000 }

  it(`is complete once it is acknowledged, in ${titleOf(alone)}`, options, () =>
    inOrders([gates[0], gates[2]], alone, () => race(1, 1)),
  )

  it(`is complete even if two servers send it and two sweep, in ${titleOf(together)}`, options, () =>
    inOrders(gates, together, () => race(2, 2)),
  )
}
