import { describe } from 'vitest'
import { renameRaces } from './rename.race.ts'

describe('renames', () => renameRaces({ pairs: 40, triples: 40 }))
