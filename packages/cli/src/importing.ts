import {
  type Client,
  IdTakenError,
  NameTakenError,
  type NewRun,
  type RunFields,
  RunmetaError,
  type TargetedLog,
} from '@runmeta/sdk'
import type { Progress } from './progress.ts'

/** Logs that are sent together: ten requests' worth. */
const MAX_WAITING = 1000

/** A run of a source, which always has an id, so that it is found when it is imported again. */
export type ImportedRun = NewRun & { readonly id: string; readonly name: string }

/** A log of a source. Its key names it there, so that it counts once however often it is imported. */
export type ImportedLog = TargetedLog & { readonly idempotencyKey: string }

/** What an import adds to a server. */
export interface Importing {
  readonly counts: { runs: number; newRuns: number; logs: number }
  /** Creates a run, or brings the one that is there up to date. A name that another run has gets a part of the id. */
  run(run: ImportedRun): Promise<void>
  log(log: ImportedLog): Promise<void>
  unset(run: string, key: string, step: string | undefined, idempotencyKey: string): Promise<void>
  /** Sends what waits. */
  flush(): Promise<void>
}

const timeOf = (time: string | Date | undefined): number | undefined =>
  time === undefined ? undefined : new Date(time).getTime()

/** What makes a run be what the source says; nothing where it is so. Its name stays. */
function changesOf(found: RunFields, { pipeline, status, endedAt }: NewRun) {
  const changes = {
    ...(pipeline === undefined || pipeline === found.pipeline ? {} : { pipeline }),
    ...(status === undefined || status === found.status ? {} : { status }),
    ...(endedAt === undefined || timeOf(endedAt) === timeOf(found.endedAt) ? {} : { endedAt }),
  }
  return Object.keys(changes).length === 0 ? undefined : changes
}

/** The first digits of an id, which tell runs of one name apart. */
const ID_PART = 8

async function created(client: Client, run: ImportedRun): Promise<{ found: RunFields; isNew: boolean }> {
  try {
    const found = await client.createRun(run)
    return { found, isNew: found.isNew }
  } catch (error) {
    if (!(error instanceof IdTakenError) && !(error instanceof NameTakenError)) throw error
    const [found] = await client.listPipelineRuns({ ids: [run.id] }).first(1)
    if (found !== undefined) return { found, isNew: false }
    if (error instanceof IdTakenError) throw error
    const renamed = await client.createRun({ ...run, name: `${run.name}-${run.id.slice(0, ID_PART)}` })
    return { found: renamed, isNew: renamed.isNew }
  }
}

export function importing(client: Client, progress: Progress): Importing {
  const counts = { runs: 0, newRuns: 0, logs: 0 }
  let waiting: ImportedLog[] = []
  const flush = async () => {
    const logs = waiting
    waiting = []
    for (const result of await client.logMany(logs)) if (result instanceof RunmetaError) throw result
    counts.logs += logs.length
    progress.add(logs.length)
  }
  return {
    counts,
    flush,
    run: async (run) => {
      const { found, isNew } = await created(client, run)
      const changes = isNew ? undefined : changesOf(found, run)
      if (changes !== undefined) await client.updateRun(run.id, changes)
      counts.runs++
      if (isNew) counts.newRuns++
    },
    log: async (log) => {
      waiting.push(log)
      progress.total(counts.logs + waiting.length)
      if (waiting.length >= MAX_WAITING) await flush()
    },
    unset: async (run, key, step, idempotencyKey) => {
      await flush()
      await client.unset(run, key, { step, idempotencyKey, exact: true })
    },
  }
}

/** A name that a run may have: what it must not contain becomes a dash. */
export function runName(text: string, fallback: string): string {
  const name = [...text.replaceAll(/[\p{Cc}/\\#?%]/gu, '-').trim()].slice(0, 240).join('')
  return name === '' || name === '.' || name === '..' ? fallback : name
}

/** A UUID in its canonical spelling, of 32 hexadecimal digits with or without hyphens; nothing where it is something else. */
export function uuidOf(text: string): string | undefined {
  const digits = text.replaceAll('-', '').toLowerCase()
  if (!/^[0-9a-f]{32}$/.test(digits)) return undefined
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** A moment of a source as RFC 3339; no later than now, as a clock there may be ahead. */
export const pastTime = (ms: number): string => new Date(Math.min(ms, Date.now())).toISOString()
