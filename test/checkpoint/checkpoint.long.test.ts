import { describe, expect, it } from 'vitest'
import { explore } from '../support/explore.ts'
import { type Cast, model } from './model.ts'

const CASTS: readonly [what: string, cast: Cast][] = [
  ['a late log, two checkpoints and a reader', { writers: [0], checkpointers: [25, 35], reads: true }],
  ['three late logs and two checkpoints', { writers: [0, 1, 2], checkpointers: [25, 35], reads: false }],
  ['two sendings of one log, two checkpoints and a reader', { writers: [0, 1], checkpointers: [25, 35], reads: true }],
]

describe('the protocol of checkpoints, in every order of its steps', () => {
  it.each(CASTS)('loses no acknowledged log with %s at the same time', (_, cast) => {
    const { states, fault } = explore(model(cast))
    expect(fault).toBeUndefined()
    expect(states).toBeGreaterThan(10_000)
  })
})
