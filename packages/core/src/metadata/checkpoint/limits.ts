import { LIMITS } from '@runmeta/schema/limits'
import type { Context, RunSize, RunWithSize } from '../../context.ts'
import { Failure } from '../../failure.ts'
import type { LoggedValue } from '../../json/body.ts'
import { checkpointIn } from '../../run/checkpoint.ts'
import { runKey } from '../../table/keys.ts'
import { emptyState, findScope, load, stepsOf } from '../fold.ts'
import type { LogValues } from '../log.ts'
import { bytesOf, CheckpointGone, foldSegments } from './segment.ts'

export interface SizedLog extends Pick<LogValues, 'step' | 'isRelated'> {
  readonly entries: readonly LoggedValue[]
}

/** How often to start again when a newer checkpoint replaced the one that was read. */
const MAX_TRIES = 3

const fits = ({ keys, bytes }: RunSize): boolean => keys <= LIMITS.keysPerRun && bytes <= LIMITS.runBytes

/** The most that a log can add: the size of all its keys and values, as if all keys were new. */
function maxSizeOf(log: SizedLog): RunSize {
  const scopes = stepsOf(log).length
  const bytes = log.entries.reduce((sum, { key, text }) => sum + bytesOf(key, text), 0)
  return { keys: log.entries.length * scopes, bytes: bytes * scopes }
}

const plus = (one: RunSize, other: RunSize, sign: 1 | -1 = 1): RunSize => ({
  keys: one.keys + sign * other.keys,
  bytes: one.bytes + sign * other.bytes,
})

/** The size of what a log replaces in the checkpoint. @throws CheckpointGone */
async function replacedSize(
  { table }: Context,
  pk: string,
  checkpoint: { id: string; parts: number },
  log: SizedLog,
): Promise<RunSize> {
  const state = emptyState()
  await foldSegments(state, table, pk, checkpoint)
  const scopes = stepsOf(log).map((step) => findScope(state, step))
  const latest = log.entries.flatMap(({ key }) => scopes.flatMap((scope) => scope?.get(key) ?? []))
  await load(latest)
  return latest.reduce<RunSize>(
    (sum, { value }) => (value === undefined ? sum : plus(sum, { keys: 1, bytes: bytesOf(value.key, value.text()) })),
    { keys: 0, bytes: 0 },
  )
}

/** The size of a run with a log added, according to its last checkpoint. */
async function sizeWith(context: Context, runId: string, log: SizedLog): Promise<RunSize> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const record = await context.table.get(runKey(context.project, runId))
    const checkpoint = record === undefined ? undefined : checkpointIn(record)
    if (record === undefined || checkpoint === undefined) break
    try {
      return plus(plus(checkpoint, maxSizeOf(log)), await replacedSize(context, record.pk, checkpoint, log), -1)
    } catch (error) {
      if (!(error instanceof CheckpointGone)) throw error
    }
  }
  // Without a checkpoint the size of the run is unknown, so the log is accepted.
  return { keys: 0, bytes: 0 }
}

/**
 * Refuses a log that would exceed the limits of its run. It compares with the last checkpoint and ignores later logs. It
 * makes no request while a run is far from its limits.
 * @throws Failure `payload_too_large`
 */
export async function checkRunLimits(context: Context, run: RunWithSize, log: SizedLog): Promise<void> {
  if (fits(plus(run.size, maxSizeOf(log)))) return
  const { keys, bytes } = await sizeWith(context, run.id, log)
  if (fits({ keys, bytes })) return
  const advice = 'unset keys that are not needed, or use another run'
  const what =
    keys > LIMITS.keysPerRun
      ? `${keys} keys, its steps’ included, and ${LIMITS.keysPerRun}`
      : `${bytes} bytes of keys and values, its steps’ included, and ${LIMITS.runBytes}`
  throw new Failure('payload_too_large', `run: would have ${what} is the limit; ${advice}`)
}
