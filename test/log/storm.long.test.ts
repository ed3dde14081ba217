import { describe, it } from 'vitest'
import { stormAtTheServer, stormAtTheStore } from '../support/storms.ts'

const COUNT = 10_000

describe('with 30 % faults each acknowledged log of 10,000 is stored once, and each other log at most once', () => {
  it('between the server and its store', () => stormAtTheStore(COUNT))
  it('between the SDK and the server', () => stormAtTheServer(COUNT))
})
