import { optionalString } from '../table/attribute.ts'
import type { Attributes, Condition, Item } from '../table/port.ts'

/** What a run's record says of its checkpoint: the state of all its logs below a watermark, kept apart. */
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
}

/**
 * How far logs may be checkpointed. No log below `seal` is acknowledged without a look at it; `gen` changes where that look
 * came too late for a checkpoint that is being made.
 */
export interface Guard {
  readonly seal: string | undefined
  readonly generation: number | undefined
}

type CheckpointTuple = readonly [watermark: string, id: string, parts: number, keys: number, bytes: number]

export const toCheckpointAttribute = ({ watermark, id, parts, keys, bytes }: Checkpoint): Attributes => ({
  checkpoint: JSON.stringify([watermark, id, parts, keys, bytes] satisfies CheckpointTuple),
})

export function checkpointIn(record: Item): Checkpoint | undefined {
  const text = optionalString(record, 'checkpoint')
  if (text === undefined) return undefined
  const [watermark, id, parts, keys, bytes] = JSON.parse(text) as CheckpointTuple
  return { watermark, id, parts, keys, bytes }
}

export function guardIn(record: Item): Guard {
  const { generation } = record
  return { seal: optionalString(record, 'seal'), generation: typeof generation === 'number' ? generation : undefined }
}

/** The record is still the run's that it was, and nobody sealed or unsealed it since. */
export const unchanged = (record: Item): Condition => ({
  exists: true,
  equals: { name: optionalString(record, 'name'), ...guardIn(record) },
})

/** Attributes that a tombstone does not keep. */
export const CHECKPOINT_ATTRIBUTES = ['seal', 'generation', 'checkpoint'] as const
