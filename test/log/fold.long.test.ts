import fc from 'fast-check'
import { describe, it } from 'vitest'
import { foldIsAJoin } from './fold.ts'

describe('the fold', () => {
  it('gives the same in 100,000 cases of order, repetition and checkpoints', { timeout: 900_000 }, () =>
    fc.assert(foldIsAJoin, { numRuns: 100_000 }),
  )
})
