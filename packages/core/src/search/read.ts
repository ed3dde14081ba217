import type { Context } from '../context.ts'
import { fromRow } from '../index/rows.ts'
import { runIn } from '../run/cache.ts'
import { optionalString } from '../table/attribute.ts'
import { rowKey, runKey, runPartition } from '../table/keys.ts'
import type { Item } from '../table/port.ts'
import { type Candidate, createCandidate } from './candidate.ts'

/** The most items in one read. */
const MAX_ITEMS = 800

/** Reads the rows of these keys that candidates do not have yet, strongly consistent. */
export async function readRows(
  context: Context,
  candidates: readonly Candidate[],
  keys: readonly string[],
): Promise<void> {
  const asked = candidates.flatMap((candidate) =>
    candidate
      .unreadKeys(keys)
      .map((key) => ({ candidate, key, row: rowKey(runPartition(context.project, candidate.run.id), key) })),
  )
  for (let from = 0; from < asked.length; from += MAX_ITEMS) {
    const batch = asked.slice(from, from + MAX_ITEMS)
    const items = await context.table.getMany(batch.map(({ row }) => row))
    const found = new Map(items.map((item) => [item.pk + item.sk, item]))
    for (const { candidate, key, row } of batch) {
      const item = found.get(row.pk + row.sk)
      candidate.setRow(key, item === undefined ? undefined : fromRow(key, item))
    }
  }
}

/** The metadata keys of a search. */
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
  const partitions = [...new Set(ids)].map((id) => ({ id, pk: runPartition(project, id) }))
  const asked = [
    ...partitions.map(({ id }) => runKey(project, id)),
    ...partitions.flatMap(({ pk }) => first.map((key) => rowKey(pk, key))),
  ]
  const items: Item[] = []
  for (let from = 0; from < asked.length; from += MAX_ITEMS)
    items.push(...(await table.getMany(asked.slice(from, from + MAX_ITEMS))))
  const found = new Map(items.map((item) => [item.pk + item.sk, item]))
  const candidates = new Map<string, Candidate>()
  for (const { id, pk } of partitions) {
    const record = found.get(pk + runKey(project, id).sk)
    const run = record === undefined ? undefined : runIn(context, record)
    if (record === undefined || run === undefined) continue
    const candidate = createCandidate(context, {
      run,
      lastWideLog: optionalString(record, 'lastWideLog') ?? '',
      keys: all,
    })
    for (const key of first) {
      const item = found.get(pk + rowKey(pk, key).sk)
      candidate.setRow(key, item === undefined ? undefined : fromRow(key, item))
    }
    candidates.set(id, candidate)
  }
  return candidates
}
