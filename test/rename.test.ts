import { describe } from 'vitest'
import { renameRaces } from './races/rename.ts'

describe('renames', () => renameRaces({ pairs: 40, triples: 40 }))
