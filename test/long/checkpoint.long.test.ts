import { describe, expect, it } from 'vitest'
import { explore } from '../checkpoint/model.ts'

describe('the protocol of checkpoints, in every order of its steps', () => {
  it('loses no acknowledged log of two late sendings and two checkpoints at once', { timeout: 900_000 }, () => {
    const { states, violations, example } = explore({ writers: [0, 1], checkpointers: [25, 35], reads: false })
    expect(violations, example?.join(', ')).toBe(0)
    expect(states).toBeGreaterThan(10_000)
  })
})
