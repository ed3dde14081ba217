import { describe, it } from 'vitest'
import { stormAtTheServer, stormAtTheStore } from '../support/storms.ts'

const COUNT = 10_000

describe('under 30 % faults each of 10,000 logs is there once where it was acknowledged, and else at most once', () => {
  it('between the server and its store', () => stormAtTheStore(COUNT))
  it('between the SDK and the server', () => stormAtTheServer(COUNT))
})
