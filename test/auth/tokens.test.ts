import * as fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { jsonOf, type RunBody, type TestApp, testApp } from '../support/app.ts'
import { by, newKey, newToken } from '../support/keys.ts'

let app: TestApp
let run: string
let made: readonly string[]
beforeAll(async () => {
  app = await testApp()
  run = (await jsonOf<RunBody>(app.send('POST', '/v1/runs', '{}'), 201)).id
  const { key } = await newKey(app, { role: 'log' })
  made = [key, (await newToken(app, run, 600, by(key))).token, (await newToken(app, run, 600)).token]
})

const log = async (shown: string): Promise<number> => {
  const reply = await app.send('POST', `/v1/runs/${run}/metadata`, '{"metadata":{"a":1}}', by(shown))
  return reply.status
}

/** Characters of a header, mostly those of keys and tokens. */
const text = fc.string({ unit: fc.constantFrom(...'0123456789abcdef_rmkt', ...'ABZz-.~!"'), maxLength: 8 })

it('a key or token with a replaced part is refused', async () => {
  for (const shown of made) expect(await log(shown)).toBe(201)
  const change = fc.record({
    which: fc.nat(2),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(8),
    by: text,
  })
  const property = fc.asyncProperty(change, async ({ which, at, length, by: piece }) => {
    const shown = made[which] ?? ''
    const from = Math.floor(at * shown.length)
    const changed = shown.slice(0, from) + piece + shown.slice(from + length)
    fc.pre(changed !== shown)
    expect(await log(changed)).toBe(401)
  })
  await fc.assert(property, { numRuns: 1000 })
})

it('recombined parts of keys and tokens are refused', async () => {
  const parts = made.flatMap((shown) => shown.split('_'))
  const property = fc.asyncProperty(
    fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 6 }),
    async (chosen) => {
      const shown = chosen.join('_')
      fc.pre(!made.includes(shown))
      expect(await log(shown)).toBe(401)
    },
  )
  await fc.assert(property, { numRuns: 500 })
})
