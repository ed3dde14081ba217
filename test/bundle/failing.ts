import { expect, it } from 'vitest'
import type { Fault } from '../support/proxy.ts'
import { within } from '../support/within.ts'
import { create, health, log, type Reply, read, runOf } from './calls.ts'
import { SECRETS, type Subject } from './subject.ts'

/** The longest wait for a 503 if the store is gone. The function's own time-out is 20 s. */
const MAX_REPLY_MS = 15_000

function expectUnavailable({ status, headers, text }: Reply): void {
  expect(status, text).toBe(503)
  expect(headers.get('retry-after')).toMatch(/^\d+$/)
  expect(JSON.parse(text)).toMatchObject({ code: 'store_unavailable', requestId: headers.get('x-request-id') })
  for (const secret of SECRETS) expect(text).not.toContain(secret)
}

export function failing(subject: () => Subject): void {
  it.each<Fault>(['error', 'reset', 'throttle'])('retries, then replies 503, and recovers: %s', async (fault) => {
    const { proxy, start } = subject()
    const environment = await start()
    const { id } = runOf(await create(environment), 201)
    let left = 2
    proxy.faultOn(() => (left-- > 0 ? fault : undefined))
    expect(await log(environment, id, { tried: 3 })).toMatchObject({ status: 201 })

    proxy.faultOn(() => fault)
    proxy.clear()
    const refused = await log(environment, id, { refused: true })
    expectUnavailable(refused)
    expect(proxy.exchanges.length).toBeGreaterThanOrEqual(3)
    const requestId = refused.headers.get('x-request-id')
    // Node's own warnings are not JSON.
    const lines = environment
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
    const said = lines.map((line) => JSON.parse(line)).filter((line) => line.requestId === requestId)
    // The failure with its cause on one stream, and the request with its metric on the other.
    expect(said).toContainEqual(expect.objectContaining({ level: 'error', cause: expect.any(String) }))
    expect(said).toContainEqual(expect.objectContaining({ status: 503, Faults: 1 }))
    for (const secret of SECRETS) expect(environment.output()).not.toContain(secret)

    proxy.faultOn(() => undefined)
    expect(await log(environment, id, { recovered: true })).toMatchObject({ status: 201 })
    expect((await read(environment, id)).metadata).toMatchObject({ tried: 3, recovered: true })
  })

  it('replies 503 before its own time-out if the store is silent, also after a start', async () => {
    const { proxy, start } = subject()
    const environment = await start()
    const { id } = runOf(await create(environment), 201)
    proxy.faultOn(() => 'hang')
    proxy.clear()
    const calls = Promise.all([
      log(environment, id, { refused: true }),
      start().then(async (started) => ({ started, reply: await health(started) })),
    ])
    const [refused, cold] = await within(MAX_REPLY_MS, calls)
    expectUnavailable(refused)
    expectUnavailable(cold.reply)
    // Each attempt has its own time-out, or the first would use up the time.
    expect(proxy.exchanges.filter(({ operation }) => operation === 'PutItem').length).toBeGreaterThan(1)

    proxy.faultOn(() => undefined)
    for (const recovered of [environment, cold.started]) {
      expect(await log(recovered, id, { recovered: true })).toMatchObject({ status: 201 })
    }
  })
}
