import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { markdown } from '../../bench/report.ts'
import { endpointOf, type TestApp, testApp } from '../support/app.ts'
import type { EngineName } from '../support/engines.ts'
import { type Exchange, unitsOf } from '../support/exchange.ts'
import { fill } from '../support/fill.ts'
import { describeOn } from '../support/meter.ts'
import { type StoreProxy, startProxy } from '../support/proxy.ts'
import { filling } from '../support/searches.ts'
import { BUDGETS, BUDGETS_TABLE, type Budget, type Counts } from './budgets.ts'
import { CALLS } from './calls/all.ts'
import type { BudgetedCall, Call, World } from './calls/call.ts'
import { newWorld, sendTo, warm } from './world.ts'

const LOG_COUNTS = [10, 10_000]
/** Milliseconds by which each request is delayed, so that concurrent ones overlap. */
const HELD = 25
const FILL_TIMEOUT_MS = 3_600_000

const isRead = ({ operation }: Exchange): boolean => ['GetItem', 'BatchGetItem', 'Query'].includes(operation)
const countsOf = ({ exchanges, rounds }: StoreProxy): Counts => ({
  requests: exchanges.length,
  rounds: rounds(),
  wcu: unitsOf(exchanges.filter((one) => !isRead(one))),
  rcu: unitsOf(exchanges.filter(isRead)),
})

function expectWithin(counts: Counts, { requests, rounds, wcu, rcu, isAtMost = false }: Counts): void {
  const shown = JSON.stringify(counts)
  if (!isAtMost) {
    expect(counts).toMatchObject({ requests, rounds, wcu })
    expect(counts.rcu, shown).toBeGreaterThan(rcu - 1.5)
  }
  expect(counts.requests, shown).toBeLessThanOrEqual(requests)
  expect(counts.rounds, shown).toBeLessThanOrEqual(rounds)
  expect(counts.wcu, shown).toBeLessThanOrEqual(wcu)
  expect(counts.rcu, shown).toBeLessThanOrEqual(rcu)
}

/**
 * Tests that each call costs the same as its budget in projects of several sizes. The requests are
 * counted by a proxy before the engine.
 */
export function describeBudgets(engine: EngineName, sizes: readonly number[]): void {
  describeOn(engine, `a call on ${engine} costs what its budget says`, () => {
    let proxy: StoreProxy
    let direct: TestApp
    let isCounting = false
    /** The costs in the smallest project, by the logs of the run and the name of the call. */
    const first = new Map<string, Counts>()
    beforeAll(async () => {
      proxy = await startProxy(endpointOf(engine), { held: () => (isCounting ? HELD : 0) })
      direct = await testApp({ engine })
    })
    afterAll(async () => {
      await proxy.stop()
      process.stdout.write(`\n${markdown(BUDGETS_TABLE)}\n`)
    })
    const newServer = () => testApp({ endpoint: proxy.endpoint, tableName: direct.tableName })

    async function count(server: TestApp, call: Call, status: number): Promise<Counts> {
      proxy.clear()
      isCounting = true
      const reply = await sendTo(server, call)
      isCounting = false
      expect(reply.status, await reply.text()).toBe(status)
      return countsOf(proxy)
    }

    describe.each(sizes.map((size, index) => [size, sizes[index - 1] ?? 0]))('among %d runs', (runs, filled) => {
      beforeAll(
        () => fill({ endpoint: endpointOf(engine), tableName: direct.tableName }, filled, runs, filling),
        FILL_TIMEOUT_MS,
      )

      describe.each(LOG_COUNTS)('with a run of %d logs', (logs) => {
        let world: World
        let server: TestApp
        beforeAll(async () => {
          server = await newServer()
          // A server without the store's time requests it before its first creation.
          await server.request('/v1/health')
          const send = async <T>(call: Call): Promise<T> => {
            const text = await (await sendTo(server, call)).text()
            return (text === '' ? undefined : JSON.parse(text)) as T
          }
          world = { ...(await newWorld(direct, logs)), send }
        })

        it.each(Object.keys(BUDGETS) as (keyof typeof BUDGETS)[])('%s', async (name) => {
          const { status, isCold = false, prepare }: BudgetedCall = CALLS[name]
          const budget: Budget = BUDGETS[name]
          await warm(world)
          const call = await prepare(world)
          const counts = await count(isCold ? await newServer() : server, call, status)
          const expected = logs > 10 ? (budget.long ?? budget) : budget
          expectWithin(counts, expected)
          const before = first.get(`${logs} ${name}`)
          if (before === undefined) first.set(`${logs} ${name}`, counts)
          else if (!expected.isAtMost) expect(counts).toEqual(before)
        })
      })
    })
  })
}
