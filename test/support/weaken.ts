import type { Change, Condition, Item, Key, Table } from '@runmeta/core/table/port'

/** Takes a protection out of code that is under test, by what it asks of its store. */

type Update = (key: Key, condition: Condition, change: Change) => Promise<Item | undefined>

/** A table whose changes are made by another rule. */
export function withUpdate(table: Table, rule: (update: Update, table: Table) => Update): Table {
  const update = rule((...call) => table.update(...call), table)
  return { ...table, update, withSignal: (signal) => withUpdate(table.withSignal(signal), rule) }
}

/** A table that makes the changes that match under fewer conditions: without those on these attributes. */
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

/** A table that tells that it made the changes that match, and makes none of them. */
export const withoutChanges = (table: Table, matches: (change: Change) => boolean): Table =>
  withUpdate(table, (update, { get }) => async (key, condition, change) => {
    if (!matches(change)) return update(key, condition, change)
    const item = await get(key)
    return item === undefined ? undefined : { ...item, ...change.set }
  })
