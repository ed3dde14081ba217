import { describe } from 'vitest'
import { expiryRaces } from './races/expiry.ts'

describe('runs that expire', () => expiryRaces({ pairs: 20, triples: 15 }))
