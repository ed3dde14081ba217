import fc from 'fast-check'
import { describe, it } from 'vitest'
import { foldIsAJoin, foldIsTheLatest } from './fold.ts'

describe('the fold', () => {
  it('gives the same state for any order of the logs, any repetition, and any checkpoints', () =>
    fc.assert(foldIsAJoin, { numRuns: 1000 }))

  it('gives each key the value of its latest log, as brute force does', () =>
    fc.assert(foldIsTheLatest, { numRuns: 2000 }))
})
