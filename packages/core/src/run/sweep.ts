import type { Server } from '../context.ts'
import { optionalString } from '../store/attribute.ts'
import { idOfRunKey, nameKey, projectOfRunKey, SWEEP_GROUP } from '../store/item.ts'
import type { Hint, Key, Store } from '../store/store.ts'

/** A server that saw a run logs to it for 15 s at most after its deletion: what is swept after this is swept for good. */
const SETTLED = 60_000
const PAGE = 100

/**
 * Removes the items of a deleted run, all but its tombstone, and frees its name. It can stop anywhere and be done again.
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

/** Takes a tombstone off the list, with all that it needs no more: its id and its time stay. */
const settle = (store: Store, key: Key, deletedAt: string) =>
  store.update(key, { deletedAt }, { remove: ['grp', 'place', 'pos'] })

/**
 * Finishes the deletions of the last hours, on every project: what a deletion had no time for, and what servers that did not
 * know of it wrote after it. Run it now and then; two at once do no harm.
 * @returns How many deletions were finished.
 */
export async function sweep({ store, clock }: Pick<Server, 'store' | 'clock'>): Promise<number> {
  let finished = 0
  let after: Hint | undefined
  do {
    const page = await store.lookup(SWEEP_GROUP, '', { limit: PAGE, ...(after && { after }) })
    for (const { pk, sk } of page.hints) {
      const deletedAt = (await store.get({ pk, sk }))?.deletedAt
      if (typeof deletedAt !== 'string' || clock.now() - Date.parse(deletedAt) < SETTLED) continue
      const isDone = await sweepRun(store, { pk, sk }, { until: Number.POSITIVE_INFINITY })
      if (isDone && (await settle(store, { pk, sk }, deletedAt)) !== undefined) finished++
    }
    after = page.next
  } while (after !== undefined)
  return finished
}
