import type { LogReceipt } from '@runmeta/schema/reply'
import type { Context, RunWithSize } from '../context.ts'
import { mapLimit } from '../map-limit.ts'
import { findTargetRun, type NewLog, stampLog, writeTo } from './write.ts'

export interface TargetedLog extends NewLog {
  /** An id, a name or a prefix. */
  readonly run: string
}

export type Settled<T> = { readonly value: T } | { readonly error: unknown }

const MAX_LOOKUPS = 32

export async function settled<T>(work: () => Promise<T> | T): Promise<Settled<T>> {
  try {
    return { value: await work() }
  } catch (error) {
    return { error }
  }
}

/**
 * Writes many logs independently: if one fails, the others are still written. Each reference is resolved once. Each log is
 * later than those of its run before it in the list. Logs of one run with the same idempotency key are written one after
 * another, so that the first one counts.
 * @returns the receipts, in the order of the logs
 */
export async function writeMany(context: Context, logs: readonly TargetedLog[]): Promise<Settled<LogReceipt>[]> {
  const runs = new Map<string, Settled<RunWithSize>>()
  const targetOf = ({ run, exact = false }: TargetedLog) => `${exact} ${run}`
  const targets = new Map(logs.map((log) => [targetOf(log), log]))
  await mapLimit([...targets], MAX_LOOKUPS, async ([target, log]) => {
    runs.set(target, await settled(() => findTargetRun(context, log.run, log)))
  })

  const results: Settled<LogReceipt>[] = []
  /** The last position of each run. */
  const last = new Map<string, string>()
  const turns = new Map<string, (() => Promise<void>)[]>()
  for (const [index, log] of logs.entries()) {
    const run = runs.get(targetOf(log))
    if (run === undefined || 'error' in run) {
      results[index] = { error: run?.error }
      continue
    }
    const stamp = await settled(() => stampLog(context, log, last.get(run.value.id)))
    if ('error' in stamp) {
      results[index] = stamp
      continue
    }
    last.set(run.value.id, stamp.value.position)
    const work = async () => {
      results[index] = await settled(() => writeTo(context, run.value, log, stamp.value))
    }
    const turn = log.idempotencyKey === undefined ? `#${index}` : `${run.value.id} ${log.idempotencyKey}`
    turns.set(turn, [...(turns.get(turn) ?? []), work])
  }
  // No limit is needed: a request has 100 logs at most, and the store's client limits its connections.
  await Promise.all(
    [...turns.values()].map(async (works) => {
      for (const work of works) await work()
    }),
  )
  return results
}
