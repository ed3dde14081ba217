import type { Context } from '../context.ts'
import { fromCursor, toCursor } from '../cursor.ts'
import { present } from '../table/attribute.ts'
import type { Item, Table } from '../table/port.ts'
import { stepsOf } from './fold.ts'
import { authorJson, fromLogItem, headOf } from './log.ts'
import { findListed, type LogPageQuery, readLogPage } from './log-page.ts'
import { isPosition } from './position.ts'
import { nextMember } from './render.ts'
import { keyNotFound } from './unset.ts'

export interface HistoryQuery extends LogPageQuery {
  readonly key: string
  /** The step that has the key. @default the run */
  readonly step?: string
}

export interface HistoryPage {
  readonly entries: readonly string[]
  readonly next?: string
}

/** A key that most logs have is found among so many items. If the key is rarer, the other pages have as much as fits. */
const MIN_FIRST_ITEMS = 80

/** The value that a log gave the key, as JSON: the text that was logged. The pointers of `types` are relative to it. */
async function entryJson(table: Table, item: Item, { key, step }: HistoryQuery): Promise<string | undefined> {
  const log = await fromLogItem(table, item)
  const value = stepsOf(log).includes(step) ? log.entries.find((candidate) => candidate.key === key) : undefined
  if (value === undefined) return undefined
  await log.load()
  const { id, createdAt } = headOf(item)
  const types = JSON.stringify(Object.fromEntries(value.types))
  const rest = JSON.stringify({
    log: id,
    ...present({ step: log.step }),
    createdAt: new Date(createdAt).toISOString(),
    by: authorJson(item),
  })
  return `{"value":${value.text()},"types":${types},${rest.slice(1)}`
}

interface State {
  /** The position of the last log that was read; `""` before the first. */
  readonly before: string
  readonly wasFound: boolean
}

const START: State = { before: '', wasFound: false }

function stateIn([before, wasFound, ...rest]: readonly unknown[]): State | undefined {
  if (!isPosition(before) || typeof wasFound !== 'boolean' || rest.length > 0) return undefined
  return { before, wasFound }
}

/**
 * Reads the values of a key, newest first.
 * @throws Failure `run_not_found`, `ambiguous_run`, `bad_request` for a cursor of another call, `key_not_found` on the last
 * page if no log has the key
 */
export async function history(context: Context, reference: string, query: HistoryQuery): Promise<HistoryPage> {
  const { table, project } = context
  const { key, step, limit, cursor } = query
  const { id } = await findListed(context, reference, query)
  const call = ['history', project, id, key, step ?? null]
  const { before, wasFound } = cursor === undefined ? START : fromCursor(call, cursor, stateIn)
  const range = { before, limit, minItems: MIN_FIRST_ITEMS }
  const { texts, end } = await readLogPage(context, id, range, (item) => entryJson(table, item, query))
  const isFound = wasFound || texts.length > 0
  if (end !== undefined) return { entries: texts, next: toCursor(call, [end, isFound]) }
  if (!isFound) throw keyNotFound()
  return { entries: texts }
}

export const historyJson = ({ entries, next }: HistoryPage): string =>
  `{"entries":[${entries.join(',')}]${nextMember(next)}}`
