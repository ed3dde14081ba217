import type { Context, RunHead } from '../context.ts'
import { fromCursor, toCursor } from '../cursor.ts'
import { pointerPart } from '../json/pointer.ts'
import { present } from '../table/attribute.ts'
import type { Item, Table } from '../table/port.ts'
import { authorJson, fromLogItem, headOf, type StoredValue } from './log.ts'
import { findListed, type LogPageQuery, readLogPage } from './log-page.ts'
import { isPosition } from './position.ts'
import { member, nextMember } from './render.ts'

export interface LogsPage {
  readonly run: Pick<RunHead, 'id' | 'name' | 'isIndexed'>
  readonly logs: readonly string[]
  readonly next?: string
}

const typesOf = ({ key, types }: StoredValue): [string, string][] =>
  types.map(([pointer, type]) => [`${pointerPart(key)}${pointer}`, type])

/** A stored log as JSON. It is joined from the texts that were logged, so values stay exact. */
async function logJson(table: Table, item: Item): Promise<string> {
  const log = await fromLogItem(table, item)
  await log.load()
  const { id, createdAt, position } = headOf(item)
  const head = JSON.stringify({
    id,
    position,
    createdAt: new Date(createdAt).toISOString(),
    by: authorJson(item),
    ...present({ step: log.step, relatedEntities: log.isRelated ? undefined : false, unset: log.unset }),
  })
  if (log.unset !== undefined) return head
  const members = log.entries.map(({ key, text }) => member(key, text()))
  const types = JSON.stringify(Object.fromEntries(log.entries.flatMap(typesOf)))
  return `${head.slice(0, -1)},"metadata":{${members.join(',')}},"types":${types}}`
}

const positionIn = ([position, ...rest]: readonly unknown[]): string | undefined =>
  isPosition(position) && rest.length === 0 ? position : undefined

/**
 * Reads all logs and unsets of a run and its steps, newest first, for copies of a run.
 * @throws Failure `run_not_found`, `ambiguous_run`, `bad_request` for a cursor of another call
 */
export async function logs(context: Context, reference: string, query: LogPageQuery): Promise<LogsPage> {
  const { table, project } = context
  const { limit, cursor } = query
  const { id, name, isIndexed } = await findListed(context, reference, query)
  const call = ['logs', project, id]
  const before = cursor === undefined ? '' : fromCursor(call, cursor, positionIn)
  const { texts, end } = await readLogPage(context, id, { before, limit }, (item) => logJson(table, item))
  const next = end === undefined ? undefined : toCursor(call, [end])
  return { run: { id, name, isIndexed }, logs: texts, ...present({ next }) }
}

export function logsJson({ run: { id, name, isIndexed }, logs: found, next }: LogsPage): string {
  const run = JSON.stringify({ id, name, ...(isIndexed ? {} : { index: false }) })
  return `{"run":${run},"logs":[${found.join(',')}]${nextMember(next)}}`
}
