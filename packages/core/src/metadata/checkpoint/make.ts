import { randomBytes } from 'node:crypto'
import type { Context } from '../../context.ts'
import { Failure } from '../../failure.ts'
import { mapLimit } from '../../map-limit.ts'
import { guardIn, toCheckpointAttribute, unchanged } from '../../run/checkpoint.ts'
import { CHECKPOINTS, checkpointPrefix, runKey } from '../../table/keys.ts'
import type { Item, Key, Table } from '../../table/port.ts'
import { inOrder, load } from '../fold.ts'
import { type Reading, withReading } from '../read.ts'
import { watermarkOf } from './age.ts'
import { toSegments } from './segment.ts'

/** Logs, and UTF-16 units of their keys and values, that are worth a checkpoint when a reader has to fold them. */
const WORTHWHILE = { logs: 64, units: 256 * 1024 }
const ID_BYTES = 8
/** Pieces written at once. */
const MAX_CONCURRENT = 4

export const isDue = ({ old }: Pick<Reading, 'old'>): boolean =>
  old.logs >= WORTHWHILE.logs || old.units >= WORTHWHILE.units

/**
 * Keeps the state of a run's old logs apart, so that the next reader need not fold them. The record is sealed first, and
 * the logs are read after that: what a writer puts below the seal from then on, its own look at the record finds
 * (see `verify`). One of several that begin at once goes on. It can stop anywhere: what it wrote counts once the record
 * names it, and the next one clears it away.
 */
export async function checkpoint(context: Context, id: string, record: Item): Promise<void> {
  const { table, project, clock } = context
  const key = runKey(project, id)
  const watermark = watermarkOf(clock)
  // A seal only rises: a checkpoint that is named stays below it.
  if (watermark <= (guardIn(record).seal ?? '')) return
  const sealed = await table.update(key, unchanged(record), { set: { seal: watermark } })
  if (sealed === undefined) return
  const name = randomBytes(ID_BYTES).toString('hex')
  const segments = await withReading(context, id, { upTo: watermark }, async ({ state }) => {
    await load([...inOrder(state)].map(({ held }) => held))
    return toSegments(key.pk, name, state)
  })
  if (segments === undefined) return
  const { parts, keys, bytes } = segments
  await mapLimit(segments.items, MAX_CONCURRENT, async (item) => void (await table.put(item, { exists: false })))
  const set = toCheckpointAttribute({ watermark, id: name, parts, keys, bytes })
  const isNamed = (await table.update(key, unchanged(sealed), { set })) !== undefined
  await clear(table, key, (sk) => sk.startsWith(checkpointPrefix(name)) !== isNamed)
}

/** Removes checkpoints. A reader whose checkpoint goes reads the record again. */
async function clear(table: Table, { pk }: Key, isGarbage: (sk: string) => boolean): Promise<void> {
  for await (const keys of table.keys(pk, CHECKPOINTS)) await table.removeMany(keys.filter(({ sk }) => isGarbage(sk)))
}

/** Makes a checkpoint where a reader found one due. It is a cache: a store that fails meanwhile is not the reader's failure. */
export async function checkpointIfDue(context: Context, reading: Reading): Promise<void> {
  if (!isDue(reading)) return
  try {
    await checkpoint(context, reading.run.id, reading.record)
  } catch (error) {
    if (!(error instanceof Failure && error.code === 'store_unavailable')) throw error
  }
}
