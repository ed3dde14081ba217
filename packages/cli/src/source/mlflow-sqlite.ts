import { DatabaseSync } from '@photostructure/sqlite'
import { type MlflowPoint, type MlflowRun, type MlflowStore, unbounded } from './mlflow.ts'
import { numberIn, textIn } from './rest.ts'

/** A store in a SQLite file, the default of MLflow 3. It is opened read-only, as a server may use it. */
export function mlflowSqlite(file: string): MlflowStore {
  const db = new DatabaseSync(file, { readOnly: true })
  const pairsOf = (table: 'params' | 'tags', id: string): Record<string, string> => {
    const rows: unknown[] = db.prepare(`select key, value from ${table} where run_uuid = ?`).all(id)
    return Object.fromEntries(rows.map((row) => [textIn(row, 'key') ?? '', textIn(row, 'value') ?? '']))
  }
  const metricsOf = (id: string): string[] => {
    const rows: unknown[] = db.prepare('select distinct key from metrics where run_uuid = ?').all(id)
    return rows.flatMap((row) => textIn(row, 'key') ?? [])
  }
  const runOf = (row: unknown): MlflowRun[] => {
    const id = textIn(row, 'run_uuid')
    if (id === undefined) return []
    return [
      {
        id,
        experiment: textIn(row, 'experiment') ?? 'Default',
        name: textIn(row, 'name') ?? id,
        status: textIn(row, 'status') ?? '',
        startTime: numberIn(row, 'start_time') ?? 0,
        endTime: numberIn(row, 'end_time'),
        artifactUri: textIn(row, 'artifact_uri'),
        params: pairsOf('params', id),
        tags: pairsOf('tags', id),
        metrics: metricsOf(id),
      },
    ]
  }
  return {
    close: () => db.close(),
    runs: async function* () {
      const active = "r.lifecycle_stage = 'active' and e.lifecycle_stage = 'active'"
      const from = 'from runs r join experiments e on e.experiment_id = r.experiment_id'
      const rows: unknown[] = db
        .prepare(`select r.*, e.name as experiment ${from} where ${active} order by r.start_time`)
        .all()
      for (const row of rows) yield* runOf(row)
    },
    points: async ({ id }, metric): Promise<MlflowPoint[]> => {
      const rows: unknown[] = db.prepare('select * from metrics where run_uuid = ? and key = ?').all(id, metric)
      return rows.map((row) => ({
        value: Number(textIn(row, 'is_nan')) === 1 ? Number.NaN : unbounded(numberIn(row, 'value') ?? 0),
        timestamp: numberIn(row, 'timestamp') ?? 0,
        step: numberIn(row, 'step') ?? 0,
      }))
    },
  }
}
