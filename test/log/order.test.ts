import { createClock, type MachineClock } from '@runmeta/core/table/clock'
import { Client } from '@runmeta/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  endpointOf,
  type FullRunBody,
  jsonOf,
  type ReceiptBody,
  ROOT_KEY,
  type RunBody,
  type TestApp,
  testApp,
} from '../support/app.ts'
import { type StoreProxy, startProxy } from '../support/proxy.ts'

const MINUTE = 60_000

/** A machine whose wall clock is off by this many milliseconds. */
class Machine implements MachineClock {
  off: number
  constructor(off: number) {
    this.off = off
  }
  readonly wallClock = () => Date.now() + this.off
  readonly monotonic = () => performance.now()
}

describe('the order of logs', () => {
  let proxy: StoreProxy
  let tableName: string
  /** Machines of one table whose clocks differ by five minutes. */
  const machines = [new Machine(5 * MINUTE), new Machine(0), new Machine(-5 * MINUTE)]
  let servers: TestApp[]
  beforeAll(async () => {
    proxy = await startProxy(endpointOf('dynoxide'), { held: 0 })
    ;({ tableName } = await testApp({ engine: 'dynoxide' }))
    servers = await Promise.all(machines.map((machine) => newServer(machine)))
  })
  afterAll(() => proxy.stop())

  const newServer = (machine: Machine) => testApp({ endpoint: proxy.endpoint, tableName, clock: createClock(machine) })
  const serverAt = (turn: number): TestApp => {
    const server = servers[turn % servers.length]
    if (server === undefined) throw new Error('there are servers')
    return server
  }
  const newRun = async () => (await jsonOf<RunBody>(serverAt(0).send('POST', '/v1/runs', '{}'), 201)).id
  const log = (to: TestApp, run: string, value: number) =>
    jsonOf<ReceiptBody>(to.send('POST', `/v1/runs/${run}/metadata`, JSON.stringify({ metadata: { a: value } })), 201)
  const valueIn = async (run: string) => (await jsonOf<FullRunBody>(serverAt(0).request(`/v1/runs/${run}`))).metadata.a

  /** A client whose requests go to the servers in rotation. */
  function clientOfAll(): { readonly client: Client; readonly sent: string[] } {
    let turn = 0
    const sent: string[] = []
    const fetch = (url: string, init?: RequestInit) => {
      sent.push(String(init?.body))
      return serverAt(turn++).fetch(url, init)
    }
    return { client: new Client({ url: 'http://runmeta.test', apiKey: ROOT_KEY, fetch }), sent }
  }

  it('is the order in which a caller logged, on any servers, even if their clocks differ by 5 minutes and one jumps', async () => {
    const run = await newRun()
    const { client } = clientOfAll()
    let last = ''
    for (let n = 0; n < 30; n++) {
      const jumping = machines[n % 3]
      if (jumping !== undefined && n % 7 === 3) jumping.off = 2 * MINUTE - jumping.off
      const receipt = await client.run(run).logMetadata({ metadata: { a: n } })
      const { position = '' } = receipt?.log ?? {}
      expect(position > last).toBe(true)
      last = position
      expect(await valueIn(run)).toBe(n)
    }
  })

  it('follows the store’s time for logs and runs, also on a server that has had no reply yet', async () => {
    for (const off of [5 * MINUTE, -5 * MINUTE]) {
      const cold = await newServer(new Machine(off))
      const began = Date.now()
      const { id, createdAt } = await jsonOf<RunBody>(cold.send('POST', '/v1/runs', '{}'), 201)
      expect(Math.abs(Date.parse(createdAt) - began)).toBeLessThan(20_000)
      const { log: logged } = await log(await newServer(new Machine(off)), id, 1)
      expect(Math.abs(Date.parse(logged.createdAt) - began)).toBeLessThan(20_000)
    }
  })

  it('is right without `after` if logs are more than 2 s apart', async () => {
    // Each server knows the store's time to the second, so the store's next second is later on all of them.
    const run = await newRun()
    const first = await log(serverAt(0), run, 1)
    proxy.shiftDate(3000)
    const others = await Promise.all([1, 2].map((turn) => log(serverAt(turn), run, 2)))
    for (const other of others) expect(other.log.position > first.log.position).toBe(true)
    proxy.shiftDate(0)
  })

  it('is kept for changes of a run: a delayed copy of an earlier change does not undo a later one', async () => {
    const run = await newRun()
    const patch = (status: string) =>
      jsonOf<RunBody>(serverAt(1).send('PATCH', `/v1/runs/${run}`, JSON.stringify({ status })))
    let count = 0
    const hold = proxy.hold(({ operation }) => operation === 'UpdateItem' && count++ === 0)
    const first = patch('failed')
    await hold.held()
    proxy.closeConnections()
    expect((await first).status).toBe('failed')
    const { endedAt } = await patch('completed')
    hold.release()
    await proxy.idle()
    const { status, ...rest } = await jsonOf<RunBody>(serverAt(0).request(`/v1/runs/${run}`))
    expect({ status, endedAt: rest.endedAt }).toEqual({ status: 'completed', endedAt })
    const { runs } = await jsonOf<{ runs: RunBody[] }>(serverAt(0).request('/v1/runs?status=failed'))
    expect(runs.map(({ id }) => id)).not.toContain(run)
  })

  it('survives a store clock that is set back by minutes: the SDK keeps logging, and its logs are read once time has caught up', async () => {
    const run = await newRun()
    const { client, sent } = clientOfAll()
    proxy.shiftDate(5 * MINUTE)
    for (let turn = 0; turn < 3; turn++) await serverAt(turn).request('/v1/health')
    await client.run(run).logMetadata({ metadata: { a: 1 } })
    proxy.shiftDate(0)
    for (let turn = 0; turn < 3; turn++) await serverAt(turn).request('/v1/health')
    sent.splice(0)
    const second = await client.run(run).logMetadata({ metadata: { a: 2, b: 2 } })
    expect(sent.map((body) => body.includes('"after"'))).toEqual([true, false])
    const third = await client.run(run).logMetadata({ metadata: { b: 3 } })
    expect((third?.log.position ?? '') > (second?.log.position ?? '')).toBe(true)
    const { metadata } = await jsonOf<FullRunBody>(serverAt(0).request(`/v1/runs/${run}`))
    expect(metadata).toEqual({ a: 1, b: 3 })
    proxy.shiftDate(6 * MINUTE)
    for (let turn = 0; turn < 3; turn++) await serverAt(turn).request('/v1/health')
    await client.run(run).logMetadata({ metadata: { a: 4 } })
    expect(await valueIn(run)).toBe(4)
    proxy.shiftDate(0)
  })
})
