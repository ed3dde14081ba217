import { describe } from 'vitest'
import { expiryRaces } from './expiry.race.ts'

describe('runs that expire', () => expiryRaces({ pairs: 20, triples: 15 }))
