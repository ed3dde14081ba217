import { CALLS as API_CALLS } from '@runmeta/api/openapi/calls'
import { expect, it } from 'vitest'
import { BUDGETS } from './budgets.ts'
import { CALLS } from './calls/all.ts'
import type { BudgetedCall, World } from './calls/call.ts'

const RUN = { id: 'id-of-a-run', name: 'name-of-a-run' }
/** A world without a server: enough to see which requests the calls make. */
const WORLD: World = {
  indexed: RUN,
  plain: RUN,
  halfway: '2026-01-01T00:00:00Z',
  unique: () => 'unique',
  send: async <T>() => ({ id: 'id', key: 'key', token: 'token', next: 'next' }) as T,
}

it('each counted call has a budget', () => {
  expect(Object.keys(CALLS).sort()).toEqual(Object.keys(BUDGETS).sort())
})

it('each call of the API has a budget, except those for the OpenAPI document', async () => {
  const made = await Promise.all(Object.values<BudgetedCall>(CALLS).map(({ prepare }) => prepare(WORLD)))
  const without = API_CALLS.filter(({ method, path }) => {
    const pattern = new RegExp(`^${path.replace(/\{\w+\}/, '[^/]+')}(\\?|$)`)
    return !made.some((call) => call.method === method.toUpperCase() && pattern.test(call.path))
  })
  expect(without.map(({ id }) => id)).toEqual(['getOpenapi', 'getDocs'])
})
