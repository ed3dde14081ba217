import { describe } from 'vitest'
import { deletionRaces } from '../races/deletion.ts'
import { expiryRaces } from '../races/expiry.ts'
import { largeLogRaces } from '../races/large.ts'
import { renameRaces } from '../races/rename.ts'

describe('in the orders in which requests can fall', () => {
  describe('a large log and a sweep', () => largeLogRaces({ alone: { turns: 2 }, together: 200 }))
  describe('deletions and creations', () => deletionRaces({ pairs: { turns: 2 }, triples: 300 }))
  describe('renames', () => renameRaces({ pairs: { turns: 2 }, triples: 300 }))
  describe('runs that expire', () => expiryRaces({ pairs: 300, triples: 300 }))
})
