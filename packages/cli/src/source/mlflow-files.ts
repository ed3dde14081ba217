import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { parse } from 'yaml'
import type { MlflowPoint, MlflowRun, MlflowStore } from './mlflow.ts'
import { numberIn, textIn } from './rest.ts'

/** Reads `meta.yaml` in a folder. Undefined if there is none. */
async function metaOf(folder: string): Promise<unknown> {
  const text = await readFile(join(folder, 'meta.yaml'), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : parse(text)
}

const isActive = (meta: unknown): boolean => meta !== undefined && textIn(meta, 'lifecycle_stage') !== 'deleted'

/** The files below a folder, by their path in it: MLflow allows `/` in names. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
}

async function pairsIn(folder: string): Promise<Record<string, string>> {
  const names = await filesIn(folder)
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')])),
  )
}

/** Statuses, as the files number them. */
const STATUSES: Readonly<Record<string, string>> = {
  1: 'RUNNING',
  2: 'SCHEDULED',
  3: 'FINISHED',
  4: 'FAILED',
  5: 'KILLED',
}

/** A store of files, `mlruns`, the default of MLflow before version 3.7. */
export function mlflowFiles(root: string): MlflowStore {
  const folders = new Map<string, string>()
  async function runIn(folder: string, experiment: string): Promise<MlflowRun | undefined> {
    const meta = await metaOf(folder)
    const id = textIn(meta, 'run_id') ?? textIn(meta, 'run_uuid')
    if (!isActive(meta) || id === undefined) return undefined
    folders.set(id, folder)
    const status = textIn(meta, 'status') ?? ''
    return {
      id,
      experiment,
      name: textIn(meta, 'run_name') ?? id,
      status: STATUSES[status] ?? status,
      startTime: numberIn(meta, 'start_time') ?? 0,
      endTime: numberIn(meta, 'end_time'),
      artifactUri: textIn(meta, 'artifact_uri'),
      params: await pairsIn(join(folder, 'params')),
      tags: await pairsIn(join(folder, 'tags')),
      metrics: await filesIn(join(folder, 'metrics')),
    }
  }
  return {
    close: () => undefined,
    runs: async function* () {
      for (const name of (await readdir(root)).sort()) {
        const meta = name.startsWith('.') ? undefined : await metaOf(join(root, name))
        if (!isActive(meta)) continue
        for (const run of (await readdir(join(root, name))).sort()) {
          const found = await runIn(join(root, name, run), textIn(meta, 'name') ?? name)
          if (found !== undefined) yield found
        }
      }
    },
    points: async ({ id }, metric): Promise<MlflowPoint[]> => {
      const text = await readFile(join(folders.get(id) ?? root, 'metrics', metric), 'utf8')
      return text.split('\n').flatMap((line) => {
        const [timestamp, value, step = '0'] = line.trim().split(/\s+/)
        const number = numberIn({ value }, 'value')
        return number === undefined ? [] : [{ value: number, timestamp: Number(timestamp), step: Number(step) }]
      })
    },
  }
}
