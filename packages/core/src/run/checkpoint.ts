import { optionalString } from '../table/attribute.ts'
import type { Change, Condition, Item } from '../table/port.ts'

/** What a run's record says of a checkpoint: the state of all its logs below a watermark, kept apart. */
export interface Checkpoint {
  /** Logs whose position is below it are in the checkpoint. */
  readonly watermark: string
  /** Names the items that hold it. */
  readonly id: string
  /** Pieces of its first chunk. */
  readonly parts: number
  /** Metadata keys with a value, of the run and of its steps. */
  readonly keys: number
  /** Bytes of those keys and values. */
  readonly bytes: number
  /** How many logs it was made of. */
  readonly logs: number
}

/**
 * How far logs may be checkpointed. No log below `seal` is acknowledged without a look at it; `generation` changes where that
 * look came too late for a checkpoint that is being made.
 */
export interface Guard {
  readonly seal: string | undefined
  readonly generation: number | undefined
}

type CheckpointTuple = readonly [
  watermark: string,
  id: string,
  parts: number,
  keys: number,
  bytes: number,
  logs?: number,
]

const toTuple = ({ watermark, id, parts, keys, bytes, logs }: Checkpoint): CheckpointTuple => [
  watermark,
  id,
  parts,
  keys,
  bytes,
  logs,
]

const fromTuple = ([watermark, id, parts, keys, bytes, logs = 0]: CheckpointTuple): Checkpoint => ({
  watermark,
  id,
  parts,
  keys,
  bytes,
  logs,
})

/** The newest checkpoint, by which the run is read. */
export function checkpointIn(record: Item): Checkpoint | undefined {
  const text = optionalString(record, 'checkpoint')
  return text === undefined ? undefined : fromTuple(JSON.parse(text) as CheckpointTuple)
}

/** Earlier checkpoints, the oldest first, by which the run is read as it was. */
export const milestonesIn = (record: Item): Checkpoint[] =>
  (JSON.parse(optionalString(record, 'milestones') ?? '[]') as CheckpointTuple[]).map(fromTuple)

/** What names these checkpoints in a record, and no others. */
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

/** The record still belongs to the same run, and since it was read no one sealed it or changed its checkpoint. */
export const unchanged = (record: Item): Condition => ({
  exists: true,
  equals: {
    name: optionalString(record, 'name'),
    ...guardIn(record),
    checkpoint: optionalString(record, 'checkpoint'),
    milestones: optionalString(record, 'milestones'),
  },
})

/** Attributes that a tombstone does not keep. */
export const CHECKPOINT_ATTRIBUTES = ['seal', 'generation', 'checkpoint', 'milestones'] as const
