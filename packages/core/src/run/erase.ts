import type { Server } from '../context.ts'
import { optionalString, requiredString } from '../table/attribute.ts'
import { idOfRunKey, nameKey, projectOfRunKey } from '../table/keys.ts'
import type { Hint, Key, Store } from '../table/port.ts'

/**
 * Removes the items of a deleted run, all but its tombstone, and frees its name. It can stop anywhere and be done again.
 * @param until of `performance.now()`
 * @returns Whether nothing was left when it looked.
 */
export async function sweepRun(store: Store, key: Key, { until }: { until: number }): Promise<boolean> {
  const tombstone = await store.get(key)
  if (tombstone?.deletedAt === undefined) return false
  for await (const keys of store.keys(key.pk)) {
    if (performance.now() > until) return false
    await store.removeMany(keys.filter(({ sk }) => sk !== key.sk))
  }
  const name = optionalString(tombstone, 'claim')
  if (name === undefined) return true
  const project = projectOfRunKey(key)
  // The name may be another run's by now: then the claim is of another id, and stays.
  await store.remove(nameKey(project, name), { id: idOfRunKey(project, key) })
  await store.update(key, { claim: name }, { remove: ['claim'] })
  return true
}

/**
 * Sweeps a deleted run once more, then takes its tombstone off the list with all that it needs no more: its id and its
 * time stay.
 * @returns Whether the deletion is finished.
 */
export async function finishDeletion({ store }: Pick<Server, 'store'>, hint: Hint, until: number): Promise<boolean> {
  const key = { pk: hint.pk, sk: hint.sk }
  const tombstone = await store.get(key)
  // An entry of the list that is no longer so.
  if (tombstone?.place !== hint.place) return false
  if (!(await sweepRun(store, key, { until }))) return false
  const deletedAt = requiredString(tombstone, 'deletedAt')
  return (await store.update(key, { deletedAt }, { remove: ['grp', 'place', 'pos'] })) !== undefined
}
