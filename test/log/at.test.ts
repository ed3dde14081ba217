import { randomUUID } from 'node:crypto'
import { createClock } from '@runmeta/core/table/clock'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type FullRunBody, jsonOf, type ReceiptBody, type RunBody, testApp } from '../support/app.ts'

const KEYS = ['a', 'b', 'c', '__proto__']
const STEPS = ['train', 'eval']

const change = fc.record({
  metadata: fc.dictionary(fc.constantFrom(...KEYS), fc.nat({ max: 9 }), { minKeys: 1, noNullPrototype: true }),
  step: fc.option(fc.constantFrom(...STEPS), { nil: undefined }),
  relatedEntities: fc.boolean(),
  /** Unsets a key instead of logging. */
  unset: fc.option(fc.constantFrom(...KEYS), { nil: undefined, freq: 6 }),
})
type Change = (typeof change extends fc.Arbitrary<infer T> ? T : never) & { readonly position: string }

/** The run after these changes, by brute force. */
function asItWas(changes: readonly Change[]) {
  const run = new Map<string, number>()
  const steps = new Map<string, Map<string, number>>()
  for (const { metadata, step, relatedEntities, unset } of changes) {
    if (unset !== undefined) {
      run.delete(unset)
      continue
    }
    if (step !== undefined && !steps.has(step)) steps.set(step, new Map())
    const scopes = step === undefined ? [run] : [steps.get(step), ...(relatedEntities ? [run] : [])]
    for (const scope of scopes) for (const [key, value] of Object.entries(metadata)) scope?.set(key, value)
  }
  return { run, steps }
}

const shown = ({ metadata, steps }: FullRunBody) => ({
  run: new Map(Object.entries(metadata)),
  steps: new Map(Object.entries(steps).map(([name, step]) => [name, new Map(Object.entries(step.metadata))])),
})

it('a run as of a position equals a brute-force fold of its history up to there, with and without checkpoints', async () => {
  const writer = await testApp()
  const later = await testApp({
    tableName: writer.tableName,
    clock: { ...createClock(), now: () => Date.now() + 3_600_000, isSynced: () => true },
  })
  const property = fc.asyncProperty(fc.array(change, { minLength: 70, maxLength: 90 }), async (plan) => {
    const { id } = await jsonOf<RunBody>(writer.send('POST', '/v1/runs', JSON.stringify({ name: randomUUID() })), 201)
    const path = `/v1/runs/${id}`
    const done: Change[] = []
    let position = ''
    for (const one of plan) {
      const { unset, step, ...log } = one
      if (unset === undefined) {
        const body = JSON.stringify({ ...log, ...(step === undefined ? {} : { step }) })
        const receipt = await jsonOf<ReceiptBody>(writer.send('POST', `${path}/metadata`, body), 201)
        position = receipt.log.position
        done.push({ ...one, position })
      } else if ((await writer.request(`${path}/metadata?key=${unset}`, { method: 'DELETE' })).status === 204) {
        // The reply to an unset has no position; it is between those of the logs around it.
        done.push({ ...one, position: '' })
      }
    }
    for (const isCheckpointed of [false, true]) {
      if (isCheckpointed) await jsonOf(later.request(path))
      for (const [index, { position: moment }] of done.entries()) {
        if (moment === '') continue
        const read = await jsonOf<FullRunBody>(later.request(`${path}?at=${moment}`))
        expect(shown(read)).toEqual(asItWas(done.slice(0, index + 1)))
      }
    }
  })
  await fc.assert(property, { numRuns: 6, interruptAfterTimeLimit: 300_000, endOnFailure: true })
}, 600_000)
