import { describe, expect, it } from 'vitest'
import { explore } from '../support/explore.ts'
import { type Cast, model, type Without } from './model.ts'

const CASTS: readonly [what: string, cast: Cast][] = [
  ['a late log and two successive checkpoints', { writers: [0], checkpointers: [25, 35], reads: false }],
  [
    'a late log and a checkpoint by a server whose clock is behind',
    { writers: [1], checkpointers: [35, 25], reads: false },
  ],
  ['two late sendings of one log', { writers: [0, 1], checkpointers: [25], reads: true }],
  ['two late logs of the same key', { writers: [0, 2], checkpointers: [25], reads: true }],
]

/** Each protection, and a cast that needs it. */
const NEEDED: readonly [what: string, without: Without, cast: Cast][] = [
  ['the check of the record', { verify: true }, { writers: [0], checkpointers: [25], reads: false }],
  ['the count of unsealings', { generation: true }, { writers: [0], checkpointers: [25], reads: false }],
  ['the seal before the read', { order: true }, { writers: [0], checkpointers: [25], reads: false }],
  [
    'a cleanup that keeps the checkpoints of others',
    { clear: true },
    { writers: [], checkpointers: [25, 35, 40], reads: false },
  ],
  ['the check of the milestones', { milestones: true }, { writers: [0], checkpointers: [25], reads: false }],
  ['a seal that only rises', { rise: true }, { writers: [1], checkpointers: [35, 25], reads: false }],
]

describe('the protocol of checkpoints, in every order of its steps', () => {
  it.each(CASTS)('loses no acknowledged log with %s', (_, cast) => {
    const { states, fault } = explore(model(cast))
    expect(fault).toBeUndefined()
    expect(states).toBeGreaterThan(1000)
  })

  it.each(NEEDED)('loses a log without %s', (_, without, cast) => {
    expect(explore(model(cast)).fault).toBeUndefined()
    expect(explore(model(cast, without)).fault).toMatch(/^an acknowledged log or a checkpoint is lost: /)
  })
})
