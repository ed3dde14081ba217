import type { Context } from '../context.ts'
import { fromRow } from '../index/rows.ts'
import { runIn } from '../run/cache.ts'
import { optionalString } from '../table/attribute.ts'
import { rowKey, runKey, runPartition } from '../table/keys.ts'
import type { Item, Key, Table } from '../table/port.ts'
import { type Candidate, createCandidate } from './candidate.ts'

export const MAX_ITEMS = 800

const textOf = ({ pk, sk }: Key): string => pk + sk

/** Reads items, strongly consistent. @returns a function that finds those that exist */
async function readItems(table: Table, keys: readonly Key[]): Promise<(key: Key) => Item | undefined> {
  const items = new Map<string, Item>()
  for (let from = 0; from < keys.length; from += MAX_ITEMS) {
    for (const item of await table.getMany(keys.slice(from, from + MAX_ITEMS))) items.set(textOf(item), item)
  }
  return (key) => items.get(textOf(key))
}

function setRow(candidate: Candidate, key: string, item: Item | undefined): void {
  candidate.setRow(key, item === undefined ? undefined : fromRow(key, item))
}

/** Reads the rows of these keys that candidates do not have yet. */
export async function readRows(
  { table, project }: Context,
  candidates: readonly Candidate[],
  keys: readonly string[],
): Promise<void> {
  const missing = candidates.flatMap((candidate) =>
    candidate
      .unreadKeys(keys)
      .map((key) => ({ candidate, key, row: rowKey(runPartition(project, candidate.run.id), key) })),
  )
  const find = await readItems(
    table,
    missing.map(({ row }) => row),
  )
  for (const { candidate, key, row } of missing) setRow(candidate, key, find(row))
}

export interface SearchKeys {
  readonly all: readonly string[]
  /** Those whose rows are read together with the runs. */
  readonly first: readonly string[]
}

/** Reads runs and their rows by id. Deleted runs are left out. */
export async function readCandidates(
  context: Context,
  ids: readonly string[],
  { all, first }: SearchKeys,
): Promise<Map<string, Candidate>> {
  const { table, project } = context
  const runs = [...new Set(ids)].map((id) => ({
    id,
    recordKey: runKey(project, id),
    rows: first.map((key) => ({ key, row: rowKey(runPartition(project, id), key) })),
  }))
  const find = await readItems(table, [
    ...runs.map(({ recordKey }) => recordKey),
    ...runs.flatMap(({ rows }) => rows.map(({ row }) => row)),
  ])
  const candidates = new Map<string, Candidate>()
  for (const { id, recordKey, rows } of runs) {
    const record = find(recordKey)
    const run = record === undefined ? undefined : runIn(context, record)
    if (record === undefined || run === undefined) continue
    const lastWideLog = optionalString(record, 'lastWideLog') ?? ''
    const candidate = createCandidate(context, { run, lastWideLog, keys: all })
    for (const { key, row } of rows) setRow(candidate, key, find(row))
    candidates.set(id, candidate)
  }
  return candidates
}
