import { createHash } from 'node:crypto'
import {
  IdTakenError,
  NameTakenError,
  type NewRun,
  PayloadTooLargeError,
  type RunFields,
  RunmetaError,
  type TargetedLog,
} from '@runmeta/sdk'
import { isDone } from '@runmeta/sdk/http/remove'
import { send } from '@runmeta/sdk/http/send'
import { queryOf, runPath } from '@runmeta/sdk/run/path'
import { newestPosition } from './logs.ts'
import type { Progress } from './progress.ts'
import type { Session } from './session.ts'

/** The most logs that are collected before they are sent, enough for ten requests. */
const MAX_WAITING = 1000

/** A run of a source. It always has an id, so that a repeated import finds it. */
export type ImportedRun = NewRun & { readonly id: string; readonly name: string }

/** A log of a source. Its key identifies it there, so that it counts once, however often it is imported. */
type ImportedLog = TargetedLog & { readonly runIdNameOrPrefix: string; readonly idempotencyKey: string }

/** A key of a source that was unset. */
interface ImportedUnset {
  readonly run: string
  readonly key: string
  readonly step: string | undefined
  /** RFC 3339. */
  readonly createdAt: string | undefined
  readonly idempotencyKey: string
}

/** Adds runs and logs to a server. */
export interface Importing {
  /** `newLogs` counts the logs that the server did not have yet; unsets do not count. */
  readonly counts: { runs: number; newRuns: number; newLogs: number }
  /** For each log that is too large once its time is added: its run, and what the server says. */
  readonly tooLarge: readonly string[]
  /** Creates or updates a run. If another run has its name, a part of the id is appended. */
  run(run: ImportedRun): Promise<void>
  log(log: ImportedLog): Promise<void>
  unset(unset: ImportedUnset): Promise<void>
  /** Sends the collected logs. */
  flush(): Promise<void>
}

type Target = Pick<Session, 'client' | 'connection'>

const timeOf = (time: string | Date | undefined): number | undefined =>
  time === undefined ? undefined : new Date(time).getTime()

const MAX_NAME = 255
/** The first digits of an id, which distinguish runs with the same name. */
const ID_PART = 8

/** A run's name if another run already has it. */
const ownName = ({ id, name }: ImportedRun): string =>
  `${[...name].slice(0, MAX_NAME - ID_PART - 1).join('')}-${id.slice(0, ID_PART)}`

/** The changes that make a run match the source. Undefined if it already does. */
function changesOf(found: RunFields, run: ImportedRun) {
  const { name, pipeline, status, endedAt } = run
  const changes = {
    ...(name === found.name || ownName(run) === found.name ? {} : { name }),
    ...(pipeline === undefined || pipeline === found.pipeline ? {} : { pipeline }),
    ...(status === undefined || status === found.status ? {} : { status }),
    ...(endedAt === undefined || timeOf(endedAt) === timeOf(found.endedAt) ? {} : { endedAt }),
  }
  return Object.keys(changes).length === 0 ? undefined : changes
}

async function createOrFind({ client }: Target, run: ImportedRun): Promise<{ found: RunFields; isNew: boolean }> {
  try {
    const found = await client.createRun(run)
    return { found, isNew: found.isNew }
  } catch (error) {
    if (!(error instanceof IdTakenError) && !(error instanceof NameTakenError)) throw error
    const [found] = await client.listPipelineRuns({ ids: [run.id] }).first(1)
    if (found !== undefined) return { found, isNew: false }
    if (error instanceof IdTakenError) throw error
    const renamed = await client.createRun({ ...run, name: ownName(run) })
    return { found: renamed, isNew: renamed.isNew }
  }
}

async function updateToSource({ client }: Target, found: RunFields, run: ImportedRun): Promise<void> {
  const changes = changesOf(found, run)
  if (changes === undefined) return
  try {
    await client.updateRun(run.id, changes)
  } catch (error) {
    if (!(error instanceof NameTakenError)) throw error
    await client.updateRun(run.id, { ...changes, name: ownName(run) })
  }
}

export function importing(target: Target, progress: Progress): Importing {
  const { client, connection } = target
  const counts = { runs: 0, newRuns: 0, newLogs: 0 }
  const tooLarge: string[] = []
  /** The newest log of each run before the import, to recognise added logs as later ones. */
  const newest = new Map<string, string>()
  let waiting: ImportedLog[] = []
  let sent = 0
  const flush = async () => {
    const logs = waiting
    waiting = []
    for (const [at, result] of (await client.logMany(logs)).entries()) {
      const run = logs[at]?.runIdNameOrPrefix ?? ''
      if (result instanceof PayloadTooLargeError) tooLarge.push(`${run}: ${result.message}`)
      else if (result instanceof RunmetaError) throw result
      else if (result.log.position > (newest.get(run) ?? '')) counts.newLogs++
    }
    sent += logs.length
    progress.add(logs.length)
  }
  return {
    counts,
    tooLarge,
    flush,
    run: async (run) => {
      const { found, isNew } = await createOrFind(target, run)
      if (!isNew) {
        await updateToSource(target, found, run)
        // A file may have a run twice: count its earlier logs before the newest position is read again.
        if (newest.has(run.id)) await flush()
      }
      newest.set(run.id, isNew ? '' : await newestPosition(connection, run.id))
      counts.runs++
      if (isNew) counts.newRuns++
    },
    log: async (log) => {
      waiting.push(log)
      progress.total(sent + waiting.length)
      if (waiting.length >= MAX_WAITING) await flush()
    },
    unset: async ({ run, key, step, createdAt, idempotencyKey }) => {
      await flush()
      const path = `${runPath(run)}/metadata${queryOf({ key, step, createdAt, exact: true })}`
      await send(connection, { method: 'DELETE', path, idempotencyKey, decode: isDone })
    },
  }
}

/** A valid name for a run: invalid characters become dashes. */
export function runName(text: string, fallback: string): string {
  const name = [...text.replaceAll(/[\p{Cc}/\\#?%]/gu, '-').trim()].slice(0, 240).join('')
  return name === '' || name === '.' || name === '..' ? fallback : name
}

/** A hash of a source's identifiers, for idempotency keys and ids. */
export const hashOf = (content: unknown): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32)

/** A time of a source as RFC 3339, but not later than now: the source's clock may be ahead. */
export const pastTime = (ms: number): string => new Date(Math.min(ms, Date.now())).toISOString()
