import { type Metadata, uri } from '@runmeta/sdk'
import { idOf } from '@runmeta/sdk/run/path'
import { hashOf, type ImportedRun, type Importing, pastTime, runName } from '../importing.ts'

/** A run as an MLflow store has it. Times are milliseconds since 1970. */
export interface MlflowRun {
  readonly id: string
  readonly name: string
  readonly experiment: string
  readonly status: string
  readonly startTime: number
  readonly endTime: number | undefined
  readonly artifactUri: string | undefined
  readonly params: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
  readonly metrics: readonly string[]
}

/** One value of a metric. */
export interface MlflowPoint {
  /** A number, or `NaN`, `Infinity`, `-Infinity`. */
  readonly value: number
  readonly timestamp: number
  readonly step: number
}

/** The value that was logged: a store in a database keeps an infinite value as the greatest finite number. */
export const unbounded = (value: number): number =>
  Math.abs(value) >= Number.MAX_VALUE ? Math.sign(value) * Number.POSITIVE_INFINITY : value

/** Where runs come from: a tracking server, or a store of files or SQLite. */
export interface MlflowStore {
  /** Runs that are not deleted, of experiments that are not deleted. */
  runs(): AsyncIterable<MlflowRun>
  points(run: MlflowRun, metric: string): Promise<readonly MlflowPoint[]>
  close(): void
}

const STATUSES = {
  RUNNING: 'running',
  SCHEDULED: 'running',
  FINISHED: 'completed',
  FAILED: 'failed',
  KILLED: 'stopped',
} as const

const isStatus = (status: string): status is keyof typeof STATUSES => Object.hasOwn(STATUSES, status)

function runOf(run: MlflowRun, id: string): ImportedRun {
  const pipeline = runName(run.experiment, 'Default')
  const startedAt = pastTime(run.startTime)
  const endedAt = run.endTime === undefined ? undefined : new Date(run.endTime).toISOString()
  const status = isStatus(run.status) ? STATUSES[run.status] : 'stopped'
  return { id, name: runName(run.name, id), pipeline, status, startedAt, createdAt: startedAt, endedAt }
}

/** The metadata of a run besides its metrics. */
function factsOf({ params, tags, artifactUri }: MlflowRun): Metadata {
  const parent = tags['mlflow.parentRunId']
  return {
    ...(Object.keys(params).length === 0 ? {} : { params: { ...params } }),
    ...(Object.keys(tags).length === 0 ? {} : { tags: { ...tags } }),
    ...(artifactUri === undefined ? {} : { artifact_uri: uri(artifactUri) }),
    ...(parent === undefined ? {} : { parent_run: idOf(parent) ?? parent }),
  }
}

/** Imports the runs of an MLflow store, with parameters, tags and all values of all metrics. */
export async function importMlflow(target: Importing, store: MlflowStore): Promise<void> {
  try {
    for await (const run of store.runs()) {
      // MLflow's ids are UUIDs without hyphens; an older store may have others.
      const id = idOf(run.id) ?? idOf(hashOf(['mlflow', run.id])) ?? run.id
      await target.run(runOf(run, id))
      const facts = factsOf(run)
      if (Object.keys(facts).length > 0) {
        const log = { runIdNameOrPrefix: id, exact: true, metadata: facts, createdAt: pastTime(run.startTime) }
        await target.log({ ...log, idempotencyKey: `mlflow:facts:${hashOf(facts)}` })
      }
      for (const metric of run.metrics) {
        const points = [...(await store.points(run, metric))].sort(
          (a, b) => a.timestamp - b.timestamp || a.step - b.step,
        )
        for (const [at, { value, timestamp, step }] of points.entries()) {
          await target.log({
            runIdNameOrPrefix: id,
            exact: true,
            metadata: { [metric]: value, mlflow_step: step },
            nonFinite: 'string',
            createdAt: pastTime(timestamp),
            // Two equal points are two points.
            idempotencyKey: `mlflow:${hashOf([metric, String(value), timestamp, step, at])}`,
          })
        }
      }
    }
    await target.flush()
  } finally {
    store.close()
  }
}
