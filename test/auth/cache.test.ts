import { createKeyCache } from '@runmeta/core/auth/key/cache'
import type { ApiKey } from '@runmeta/core/context'
import { createClock } from '@runmeta/core/table/clock'
import { expect, it } from 'vitest'

const KEY: ApiKey = { id: 'k', name: 'k', project: 'default', role: 'log', hash: new Uint8Array(32) }

/** A key cache that counts its reads. */
function subject() {
  const known = createKeyCache(createClock())
  let reads = 0
  const find = (id: string, key: ApiKey | undefined | Promise<ApiKey | undefined>) =>
    known.find(id, async () => {
      reads++
      return key
    })
  return { ...known, find, reads: () => reads }
}

it('invented ids do not evict keys in use from the cache', async () => {
  const { find, reads } = subject()
  await find('k', KEY)
  for (let n = 0; n < 20_000; n++) await find(`made-up-${n}`, undefined)
  expect(reads()).toBe(20_001)
  expect(await find('k', undefined)).toBe(KEY)
  expect(reads()).toBe(20_001)
})

it('a key that was read before its revocation is not cached afterwards', async () => {
  const { find, forget, reads } = subject()
  let reply: (key: ApiKey) => void = () => undefined
  const late = new Promise<ApiKey>((resolve) => {
    reply = resolve
  })
  const first = find('k', late)
  forget('k')
  reply(KEY)
  // Its request began before the revocation.
  expect(await first).toBe(KEY)
  expect(await find('k', undefined)).toBeUndefined()
  expect(reads()).toBe(2)
})

it('a failed read is not cached, and fails for all callers that wait for it', async () => {
  const { find, reads } = subject()
  const failing = Promise.reject(new Error('away'))
  const asked = await Promise.allSettled([find('k', failing), find('k', failing)])
  expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(reads()).toBe(1)
  expect(await find('k', KEY)).toBe(KEY)
})
