import { canonicalId, idDigits } from '@runmeta/schema/id'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonOf, type ProblemBody, type RunBody, testApp } from '../support/app.ts'

/** The ids that a reference must find, by brute force over all runs. */
function meant(runs: readonly RunBody[], reference: string): readonly string[] {
  const byId = runs.filter(({ id }) => id === canonicalId(reference))
  if (byId.length > 0) return byId.map(({ id }) => id)
  const byName = runs.filter(({ name }) => name === reference)
  if (byName.length > 0) return byName.map(({ id }) => id)
  const digits = canonicalId(reference) === undefined ? idDigits(reference) : undefined
  const ids = runs.filter(({ id }) => digits !== undefined && id.replaceAll('-', '').startsWith(digits))
  const names = runs.filter(({ name }) => name.startsWith(reference))
  return [...new Set([...ids, ...names].map(({ id }) => id))]
}

/** Few digits, so that ids, names and references match. */
const digit = fc.constantFrom('a', 'b', '0')
const id = fc
  .array(digit, { minLength: 3, maxLength: 3 })
  .map((start) => `${start.join('')}${'0'.repeat(5)}-0000-4000-8000-${'0'.repeat(12)}`)
const name = fc.oneof(
  fc
    .array(fc.constantFrom('a', 'b', '0', 'A', '-', '_', '*'), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join('')),
  id,
  id.map((uuid) => uuid.toUpperCase()),
  id.map((uuid) => `${uuid}-x`),
)
const reference = fc.oneof(
  name,
  fc.tuple(name, fc.nat({ max: 40 })).map(([text, length]) => text.slice(0, length + 1)),
  id.map((uuid) => uuid.replaceAll('-', '')),
)

describe('a reference', () => {
  it('finds the same run as brute force', async () => {
    let several = 0
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.record({ id, name }), { maxLength: 8, selector: (run) => run.id }),
        fc.array(reference, { minLength: 20, maxLength: 20 }),
        async (wanted, references) => {
          const app = await testApp()
          const runs: RunBody[] = []
          for (const run of wanted) {
            const reply = await app.send('POST', '/v1/runs', JSON.stringify(run))
            if (reply.status === 201) runs.push((await reply.json()) as RunBody)
          }
          for (const asked of references) {
            const expected = meant(runs, asked)
            const reply = await app.request(`/v1/runs/${encodeURIComponent(asked)}`)
            if (expected.length === 0) expect(reply.status, asked).toBe(404)
            if (expected.length === 1) expect((await jsonOf<RunBody>(reply)).id, asked).toBe(expected[0])
            if (expected.length < 2) continue
            several++
            const { candidates = [] } = await jsonOf<ProblemBody>(reply, 409)
            expect(candidates.map((candidate) => candidate.id).sort(), asked).toEqual([...expected].sort())
          }
        },
      ),
      { numRuns: 60 },
    )
    expect(several).toBeGreaterThan(20)
  })
})
