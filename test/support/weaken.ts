import type { Change, Condition, Item, Key, Table } from '@runmeta/core/table/port'

/** Removes a protection from the code under test, by changing its requests to the store. */

type Update = (key: Key, condition: Condition, change: Change) => Promise<Item | undefined>

/** A table with another `update`. */
function withUpdate(table: Table, rule: (update: Update, table: Table) => Update): Table {
  const update = rule((...call) => table.update(...call), table)
  return { ...table, update, withSignal: (signal) => withUpdate(table.withSignal(signal), rule) }
}

/** A table that ignores the conditions on these attributes in matching changes. */
export const withoutConditions = (
  table: Table,
  names: readonly string[],
  matches: (change: Change) => boolean,
): Table =>
  withUpdate(table, (update) => (key, condition, change) => {
    if (!matches(change)) return update(key, condition, change)
    const equals = Object.entries(condition.equals ?? {}).filter(([name]) => !names.includes(name))
    return update(key, { ...condition, equals: Object.fromEntries(equals) }, change)
  })

/** A table that reports matching changes as made, without making them. */
export const withoutChanges = (table: Table, matches: (change: Change) => boolean): Table =>
  withUpdate(table, (update, { get }) => async (key, condition, change) => {
    if (!matches(change)) return update(key, condition, change)
    const item = await get(key)
    return item === undefined ? undefined : { ...item, ...change.set }
  })
