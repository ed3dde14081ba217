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

/** The size of a run before and after a log, according to its last checkpoint. Undefined without a checkpoint. */
async function sizesAround(context: Context, runId: string, log: SizedLog): Promise<[RunSize, RunSize] | undefined> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const record = await context.table.get(runKey(context.project, runId))
    const checkpoint = record === undefined ? undefined : checkpointIn(record)
    if (record === undefined || checkpoint === undefined) break
    try {
      const replaced = await replacedSize(context, record.pk, checkpoint, log)
      return [checkpoint, plus(plus(checkpoint, maxSizeOf(log)), replaced, -1)]
    } catch (error) {
      if (!(error instanceof CheckpointGone)) throw error
    }
  }
  return undefined
}

/**
 * Returns why a log would exceed the limits of its run. It compares with the last checkpoint and ignores later logs. If the
 * run is over a limit already, a log that does not enlarge it is accepted. It makes no request while a run is far from its
 * limits.
 */
export async function runLimitFault(context: Context, run: RunWithSize, log: SizedLog): Promise<Failure | undefined> {
  if (fits(plus(run.size, maxSizeOf(log)))) return undefined
  const sizes = await sizesAround(context, run.id, log)
  // Without a checkpoint the size of the run is unknown, so the log is accepted.
  if (sizes === undefined) return undefined
  const [before, { keys, bytes }] = sizes
  const hasTooManyKeys = keys > Math.max(LIMITS.keysPerRun, before.keys)
  if (!hasTooManyKeys && bytes <= Math.max(LIMITS.runBytes, before.bytes)) return undefined
  const advice = 'unset keys that are not needed, or use another run'
  const what = hasTooManyKeys
    ? `${keys} keys, its steps’ included, and ${LIMITS.keysPerRun}`
    : `${bytes} bytes of keys and values, its steps’ included, and ${LIMITS.runBytes}`
  return new Failure('payload_too_large', `run: would have ${what} is the limit; ${advice}`)
}
