import { setTimeout as delay } from 'node:timers/promises'
import { createClock } from '@runmeta/core/table/clock'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { endpointOf, jsonOf, type RunBody, refusalOf, type TestApp, testApp } from '../support/app.ts'
import { by, newKey, newToken } from '../support/keys.ts'
import { type Fault, type StoreProxy, startProxy } from '../support/proxy.ts'
import { within } from '../support/within.ts'

/** Milliseconds; the time-out of the lookup is 6 s. */
const AS_LATE = 5500

describe('a store that fails while a key is looked up', () => {
  let proxy: StoreProxy
  let made: TestApp
  let app: TestApp
  beforeEach(async () => {
    proxy = await startProxy(endpointOf('dynoxide'))
    made = await testApp({ engine: 'dynoxide' })
    app = await testApp({ endpoint: proxy.endpoint, tableName: made.tableName, hasDeadlines: true })
  })
  afterEach(() => proxy.stop())

  /** Calls with a key and with a token that the app behind the proxy has not cached. */
  async function strangers() {
    const { key } = await newKey(made, { role: 'log' })
    const { id } = await jsonOf<RunBody>(made.send('POST', '/v1/runs', '{}', by(key)), 201)
    const { token } = await newToken(made, id, 600, by(key))
    const log = (shown: string) => app.send('POST', `/v1/runs/${id}/metadata`, '{"metadata":{"a":1}}', by(shown))
    return [() => log(key), () => log(token)]
  }

  it.each<Fault>(['reset', 'error', 'throttle'])(
    'causes a 503, not a 401, and only while it fails: %s',
    async (fault) => {
      for (const ask of await strangers()) {
        proxy.faultOn(() => fault)
        const reply = await ask()
        expect(reply.headers.get('retry-after')).toMatch(/^\d+$/)
        expect(reply.headers.has('www-authenticate')).toBe(false)
        await refusalOf(reply, 503, 'store_unavailable')
        proxy.faultOn(() => undefined)
        await jsonOf(ask(), 201)
      }
    },
  )

  it('causes a 503 within 15 s if it never responds, or responds late and only to the lookup of the key', async () => {
    const [byKey, byToken] = await strangers()
    if (byKey === undefined || byToken === undefined) throw new Error('there are two')
    proxy.faultOn(() => 'hang')
    await within(15_000, Promise.all([byKey, byKey, byToken].map((ask) => refusalOf(ask(), 503, 'store_unavailable'))))
    // The first lookup hangs, the second succeeds just before its time-out, and all later requests hang.
    let looks = 0
    const late = proxy.hold(({ operation }) => operation === 'GetItem' && looks === 1)
    proxy.faultOn((operation) => (operation === 'GetItem' && ++looks === 2 ? undefined : 'hang'))
    const again = performance.now()
    const refused = within(15_000, refusalOf(byKey(), 503, 'store_unavailable'))
    await late.held()
    await delay(AS_LATE - (performance.now() - again))
    late.release()
    await refused
  })
})

describe('a machine whose clock is an hour ahead, before its first reply from the store', () => {
  const monotonic = () => performance.now()
  const newServer = (tableName: string) =>
    testApp({ tableName, clock: createClock({ wallClock: () => Date.now() + 3_600_000, monotonic }) })

  it('accepts run tokens that are valid for ten minutes', async () => {
    const made = await testApp({ engine: 'dynoxide' })
    const { key } = await newKey(made, { role: 'log' })
    const { id } = await jsonOf<RunBody>(made.send('POST', '/v1/runs', '{}', by(key)), 201)
    for (const issuer of [by(key), undefined]) {
      const { token } = await newToken(made, id, 600, issuer)
      const server = await newServer(made.tableName)
      await jsonOf(server.send('POST', `/v1/runs/${id}/metadata`, '{"metadata":{"a":1}}', by(token)), 201)
    }
  })

  it('dates a new key by the store, and accepts one that expires in ten minutes', async () => {
    const { tableName } = await testApp({ engine: 'dynoxide' })
    const expiresAt = new Date(Date.now() + 600_000).toISOString()
    const { createdAt } = await newKey(await newServer(tableName), { role: 'log', expiresAt })
    expect(createdAt < expiresAt).toBe(true)
  })
})
