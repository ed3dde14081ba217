import { describe, it } from 'vitest'
import { stormAtTheServer, stormAtTheStore } from '../support/storms.ts'

const COUNT = 500
const TIMEOUT = 120_000

describe('under 30 % faults each acknowledged log is there once, and each refused one at most once and whole', () => {
  it('between the server and its store', () => stormAtTheStore(COUNT), TIMEOUT)
  it('between the SDK and the server', () => stormAtTheServer(COUNT), TIMEOUT)
})
