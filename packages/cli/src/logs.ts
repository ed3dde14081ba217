import { isValueObject, type ValueObject } from '@runmeta/sdk'
import { decodePage, type Page } from '@runmeta/sdk/http/pages'
import { send } from '@runmeta/sdk/http/send'
import type { Connection } from '@runmeta/sdk/options'
import { queryOf, runPath } from '@runmeta/sdk/run/path'
import { isText } from '@runmeta/sdk/value/json'
import { reader } from '@runmeta/sdk/value/read'

/** One page of a run's logs, newest first. */
interface LogsPage extends Page<ValueObject> {
  /** Whether the run's metadata can be searched. */
  readonly isIndexed: boolean
}

function decodeLogs({ run, logs, next }: ValueObject): LogsPage | undefined {
  const page = decodePage(logs, next, (log) => (isValueObject(log) ? log : undefined))
  return page && isValueObject(run) ? { ...page, isIndexed: run.index !== false } : undefined
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
  for await (const { items } of logPages(connection, run, 1)) {
    const [newest] = items
    if (newest !== undefined) return isText(newest.position) ? newest.position : ''
  }
  return ''
}
