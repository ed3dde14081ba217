import { optionalString } from '../table/attribute.ts'
import type { Change, Condition, Item } from '../table/port.ts'

/** The entry of a checkpoint in a run's record. A checkpoint is the stored fold of all logs below a watermark. */
export interface Checkpoint {
  /** A text that sorts above the positions of its logs, and below those of all later ones. */
  readonly watermark: string
  readonly id: string
  readonly parts: number
  /** How many metadata keys of the run and its steps have a value, and the bytes of these keys and values. */
  readonly keys: number
  readonly bytes: number
  readonly logs: number
}

/**
 * Protects checkpoints from late logs. Before a log below `seal` is acknowledged, its writer reads the record. If a checkpoint
 * without the log may be in the making, the writer increases `generation`, which makes that checkpoint fail.
 */
export interface Guard {
  readonly seal: string | undefined
  readonly generation: number | undefined
}

/** A checkpoint as stored. Each request for the run reads it, so it has no names. */
type CheckpointTuple = readonly [string, string, number, number, number, number]

function toTuple({ watermark, id, parts, keys, bytes, logs }: Checkpoint): CheckpointTuple {
  return [watermark, id, parts, keys, bytes, logs]
}

function fromTuple([watermark, id, parts, keys, bytes, logs]: CheckpointTuple): Checkpoint {
  return { watermark, id, parts, keys, bytes, logs }
}

/** The newest checkpoint. Reads of the run begin with it. */
export function checkpointIn(record: Item): Checkpoint | undefined {
  const text = optionalString(record, 'checkpoint')
  return text === undefined ? undefined : fromTuple(JSON.parse(text) as CheckpointTuple)
}

/** Earlier checkpoints, oldest first. Reads of the run as of a moment begin with one of them. */
export const milestonesIn = (record: Item): Checkpoint[] =>
  (JSON.parse(optionalString(record, 'milestones') ?? '[]') as CheckpointTuple[]).map(fromTuple)

/** The change that makes a record name exactly these checkpoints. */
export const toCheckpointChange = (checkpoint: Checkpoint | undefined, milestones: readonly Checkpoint[]): Change => ({
  set: {
    ...(checkpoint === undefined ? {} : { checkpoint: JSON.stringify(toTuple(checkpoint)) }),
    ...(milestones.length === 0 ? {} : { milestones: JSON.stringify(milestones.map(toTuple)) }),
  },
  remove: [...(checkpoint === undefined ? ['checkpoint'] : []), ...(milestones.length === 0 ? ['milestones'] : [])],
})

export function guardIn(record: Item): Guard {
  const { generation } = record
  return { seal: optionalString(record, 'seal'), generation: typeof generation === 'number' ? generation : undefined }
}

/** Holds if the record is of the same run and its seal, generation and checkpoints have not changed since it was read. */
export const unchanged = (record: Item): Condition => ({
  exists: true,
  equals: {
    name: optionalString(record, 'name'),
    ...guardIn(record),
    checkpoint: optionalString(record, 'checkpoint'),
    milestones: optionalString(record, 'milestones'),
  },
})

export const CHECKPOINT_ATTRIBUTES = ['seal', 'generation', 'checkpoint', 'milestones'] as const
