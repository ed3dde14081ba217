import { describe } from 'vitest'
import { largeLogRaces } from '../log/large.race.ts'
import { deletionRaces } from './deletion.race.ts'
import { expiryRaces } from './expiry.race.ts'
import { renameRaces } from './rename.race.ts'

describe('in many orders of their requests', () => {
  describe('a large log and a sweep', () => largeLogRaces({ alone: { turns: 2 }, together: 200 }))
  describe('deletions and creations', () => deletionRaces({ pairs: { turns: 2 }, triples: 300 }))
  describe('renames', () => renameRaces({ pairs: { turns: 2 }, triples: 300 }))
  describe('expiring runs', () => expiryRaces({ pairs: 300, triples: 300 }))
})
