import fc from 'fast-check'
import { describe, it } from 'vitest'
import { foldIsAJoin, foldIsTheLatest } from './fold.ts'

describe('the fold', () => {
  it('gives the same whatever the order of the logs, however often each is taken, and with any checkpoints', () =>
    fc.assert(foldIsAJoin, { numRuns: 1000 }))

  it('gives of each key the value of the latest log, by brute force', () =>
    fc.assert(foldIsTheLatest, { numRuns: 2000 }))
})
