import type { Server } from '../context.ts'
import type { Deadline } from '../deadline.ts'
import { optionalString, requiredString } from '../table/attribute.ts'
import { idOfRunKey, nameKey, projectOfRunKey } from '../table/keys.ts'
import type { IndexEntry, Key, Table } from '../table/port.ts'
import { extraClaims } from './rename-state.ts'

/**
 * Removes the items of a deleted run except its tombstone, and frees its name. It can stop anywhere and be repeated.
 * @param isOver - When to stop.
 * @returns whether it removed everything
 */
export async function eraseRun(table: Table, key: Key, isOver: Deadline): Promise<boolean> {
  const tombstone = await table.get(key)
  if (tombstone?.deletedAt === undefined) return false
  for await (const keys of table.keys(key.pk)) {
    if (isOver()) return false
    await table.removeMany(keys.filter(({ sk }) => sk !== key.sk))
  }
  const name = optionalString(tombstone, 'claim')
  if (name === undefined) return true
  const project = projectOfRunKey(key)
  // If another run has the name by now, its claim has another id and stays.
  const id = idOfRunKey(project, key)
  await table.remove(nameKey(project, name), { exists: true, equals: { id } })
  for (const { name: extra, claim } of extraClaims(tombstone)) {
    await table.remove(nameKey(project, extra), { exists: true, equals: { id, creationId: claim } })
  }
  await table.update(key, { exists: true, equals: { claim: name } }, { remove: ['claim', 'rename', 'former'] })
  return true
}

/** Erases a deleted run once more, then takes its tombstone off the sweep's list. @returns whether the deletion is finished */
export async function finishDeletion(
  { table }: Pick<Server, 'table'>,
  entry: IndexEntry,
  isOver: Deadline,
): Promise<boolean> {
  const key = { pk: entry.pk, sk: entry.sk }
  const tombstone = await table.get(key)
  if (tombstone?.indexSk !== entry.indexSk) return false
  if (!(await eraseRun(table, key, isOver))) return false
  const deletedAt = requiredString(tombstone, 'deletedAt')
  return (
    (await table.update(key, { exists: true, equals: { deletedAt } }, { remove: ['indexPk', 'indexSk', 'pos'] })) !==
    undefined
  )
}
