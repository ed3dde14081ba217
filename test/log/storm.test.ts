import { describe, it } from 'vitest'
import { stormAtTheServer, stormAtTheStore } from '../support/storms.ts'

const COUNT = 500

describe('with 30 % faults each acknowledged log is stored once, and each refused one at most once and completely', () => {
  it('between the server and its store', () => stormAtTheStore(COUNT))
  it('between the SDK and the server', () => stormAtTheServer(COUNT))
})
