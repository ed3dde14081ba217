import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { Change, Condition, ConditionCheck, Item, Key, Write } from '@runmeta/core/table/port'
import { fromRow, ROW_COLUMNS, type StoredRow, toBytes, toRow } from './codec.ts'
import { changed, holds } from './condition.ts'
import type { Statements } from './statements.ts'

/** One write of the table port. */
export type Operation =
  | {
      readonly kind: 'put'
      readonly item: Item
      readonly condition: Condition
      readonly followers: readonly Write[]
      readonly check?: ConditionCheck | undefined
    }
  | { readonly kind: 'update'; readonly key: Key; readonly condition: Condition; readonly change: Change }
  | { readonly kind: 'remove'; readonly key: Key; readonly condition: Condition }
  | { readonly kind: 'removeMany'; readonly keys: readonly Key[] }

/** Whether the operation's condition held, whether its check passed, and the item after an update. */
export interface Outcome {
  readonly isDone: boolean
  readonly hasPassedCheck?: boolean
  readonly item?: Item
}

const NOT_DONE: Outcome = { isDone: false }
const DONE: Outcome = { isDone: true }
const PASSED_CHECK: Outcome = { isDone: true, hasPassedCheck: true }

/** The result of an operation. */
export type Result = Outcome | { readonly error: unknown }

/**
 * Runs operations in one transaction, which is on the disk when the function returns. If one fails, each runs in a
 * separate transaction, so that the others succeed.
 */
export type Writer = (operations: readonly Operation[]) => readonly Result[]

const isOnly = (condition: Condition, name: keyof Condition): boolean =>
  condition[name] !== undefined && Object.keys(condition).length === 1

/** Whether the condition only requires that an existing item has no later version. */
function isUnlessOlder({ version }: Item, condition: Condition): boolean {
  const { atMost = {} } = condition
  return (
    isOnly(condition, 'atMost') &&
    version !== undefined &&
    atMost.version === version &&
    Object.keys(atMost).length === 1
  )
}

export function createWriter(db: DatabaseSyncInstance, { prepare }: Statements): Writer {
  const columns = ROW_COLUMNS.join(', ')
  const values = ROW_COLUMNS.map(() => '?').join(', ')
  const assignments = ROW_COLUMNS.slice(2).map((column) => `${column} = excluded.${column}`)
  const select = prepare('select body from item where pk = ? and sk = ?')
  const upsert = prepare(
    `insert into item (${columns}) values (${values}) on conflict (pk, sk) do update set ${assignments.join(', ')}`,
  )
  const insert = prepare(`insert into item (${columns}) values (${values}) on conflict (pk, sk) do nothing`)
  const upsertUnlessOlder = prepare(
    `insert into item (${columns}) values (${values}) on conflict (pk, sk) do update set ${assignments.join(', ')}
     where item.version is null or item.version <= excluded.version`,
  )
  const erase = prepare('delete from item where pk = ? and sk = ?')

  function read({ pk, sk }: Key): Item | undefined {
    const row = select.get(toBytes(pk), toBytes(sk)) as StoredRow | undefined
    return row === undefined ? undefined : fromRow(pk, row)
  }

  function put(item: Item, condition: Condition): boolean {
    const row = toRow(item)
    // SQLite itself checks the two most common conditions, so the item need not be read first.
    if (isOnly(condition, 'exists') && condition.exists === false) return insert.run(...row).changes > 0
    if (isUnlessOlder(item, condition)) return upsertUnlessOlder.run(...row).changes > 0
    if (!holds(read(item), condition)) return false
    upsert.run(...row)
    return true
  }

  function update(key: Key, condition: Condition, change: Change): Outcome {
    const item = read(key)
    if (item === undefined || !holds(item, condition)) return NOT_DONE
    const next = changed(item, change)
    upsert.run(...toRow(next))
    return { isDone: true, item: next }
  }

  function remove(key: Key, condition: Condition): boolean {
    if (!holds(read(key), condition)) return false
    return erase.run(toBytes(key.pk), toBytes(key.sk)).changes > 0
  }

  function follow(write: Write): void {
    if ('put' in write) put(write.put, write.condition)
    else update(write.update, write.condition, write.change)
  }

  const hasPassedCheck = (check: ConditionCheck | undefined): boolean =>
    check !== undefined && holds(read(check.key), check.condition)

  function make(operation: Operation): Outcome {
    switch (operation.kind) {
      case 'put':
        if (!put(operation.item, operation.condition)) return NOT_DONE
        for (const write of operation.followers) follow(write)
        return hasPassedCheck(operation.check) ? PASSED_CHECK : DONE
      case 'update':
        return update(operation.key, operation.condition, operation.change)
      case 'remove':
        return remove(operation.key, operation.condition) ? DONE : NOT_DONE
      case 'removeMany':
        for (const { pk, sk } of operation.keys) erase.run(toBytes(pk), toBytes(sk))
        return DONE
    }
  }

  function makeTogether(operations: readonly Operation[]): Outcome[] {
    db.exec('begin immediate')
    try {
      const outcomes = operations.map(make)
      db.exec('commit')
      return outcomes
    } catch (error) {
      // A full disk may have rolled the transaction back already.
      if (db.isTransaction) db.exec('rollback')
      throw error
    }
  }

  function makeAlone(operation: Operation): Result {
    try {
      return makeTogether([operation])[0] ?? NOT_DONE
    } catch (error) {
      return { error }
    }
  }

  return function write(operations) {
    try {
      return makeTogether(operations)
    } catch (error) {
      return operations.length === 1 ? [{ error }] : operations.map(makeAlone)
    }
  }
}
