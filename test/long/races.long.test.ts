import { describe } from 'vitest'
import { deletionRaces } from '../races/deletion.ts'
import { largeLogRaces } from '../races/large.ts'

describe('in the orders in which requests can fall', () => {
  describe('a large log and a sweep', () => largeLogRaces({ alone: { turns: 2 }, together: 200 }))
  describe('deletions and creations', () => deletionRaces({ pairs: { turns: 2 }, triples: 300 }))
})
