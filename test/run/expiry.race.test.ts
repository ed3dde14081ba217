import { describe } from 'vitest'
import { expiryRaces } from './expiry.race.ts'

describe('expiring runs', () => expiryRaces({ pairs: 20, triples: 15 }))
