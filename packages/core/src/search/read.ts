import type { Context } from '../context.ts'
import { fromRow } from '../index/rows.ts'
import { runIn } from '../run/cache.ts'
import { optionalString } from '../table/attribute.ts'
import { rowKey, runKey, runPartition } from '../table/keys.ts'
import type { Item } from '../table/port.ts'
import { type Candidate, createCandidate } from './candidate.ts'

/** Items that are asked for at once. */
const MAX_ITEMS = 800

/** Reads rows of candidates, strongly consistent, so many at once. */
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
    const piece = asked.slice(from, from + MAX_ITEMS)
    const items = await context.table.getMany(piece.map(({ row }) => row))
    const found = new Map(items.map((item) => [item.pk + item.sk, item]))
    for (const { candidate, key, row } of piece) {
      const item = found.get(row.pk + row.sk)
      candidate.setRow(key, item === undefined ? undefined : fromRow(key, item))
    }
  }
}

/** Keys that a search asks for, and those whose rows are read at first. */
export interface KeysAsked {
  readonly all: readonly string[]
  readonly first: readonly string[]
}

/** Reads the runs of these ids with the rows of these keys; what was deleted is left out. */
export async function readCandidates(
  context: Context,
  ids: readonly string[],
  { all, first }: KeysAsked,
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
