import { isValueObject, type Value, type ValueObject } from '@runmeta/sdk'
import { send } from '@runmeta/sdk/http/send'
import type { Connection } from '@runmeta/sdk/options'
import { queryOf, runPath } from '@runmeta/sdk/run/path'
import { reader } from '@runmeta/sdk/value/read'

/** One page of a run's logs, newest first. */
export interface LogsPage {
  /** Whether the run's metadata can be searched. */
  readonly isIndexed: boolean
  readonly logs: readonly ValueObject[]
  readonly next: string | undefined
}

function decodeLogs({ run, logs, next }: ValueObject): LogsPage | undefined {
  if (!Array.isArray(logs) || !logs.every((log: Value) => isValueObject(log)) || !isValueObject(run)) return undefined
  return { isIndexed: run.index !== false, logs, next: typeof next === 'string' ? next : undefined }
}

/** All logs and unsets of a run, in pages of up to a number of logs. */
export async function* logPages(connection: Connection, run: string, limit: number): AsyncGenerator<LogsPage> {
  let cursor: string | undefined
  do {
    const path = `${runPath(run)}/logs${queryOf({ limit, cursor, exact: true })}`
    const page = await send(connection, { method: 'GET', path, read: reader('literal'), decode: decodeLogs })
    yield page
    cursor = page.next
  } while (cursor !== undefined)
}

/** The position of a run's newest log; empty if it has none. */
export async function newestPosition(connection: Connection, run: string): Promise<string> {
  for await (const { logs } of logPages(connection, run, 1)) {
    const [newest] = logs
    if (newest !== undefined) return typeof newest.position === 'string' ? newest.position : ''
  }
  return ''
}
