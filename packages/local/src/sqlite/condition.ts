import type { Attribute, Change, Condition, Item } from '@runmeta/core/table/port'

function isSame(one: Attribute | undefined, other: Attribute | undefined): boolean {
  if (one instanceof Uint8Array && other instanceof Uint8Array) return Buffer.compare(one, other) === 0
  return one === other
}

/** Compares strings by their UTF-8 bytes, as the columns and DynamoDB do. */
const compare = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other))

/** Whether each of these attributes is absent, or `accepts` the result of comparing it with its bound. */
function areBounded(
  item: Item | undefined,
  bounds: Readonly<Record<string, string>> | undefined,
  accepts: (order: number) => boolean,
): boolean {
  return Object.entries(bounds ?? {}).every(([name, bound]) => {
    const value = item?.[name]
    return value === undefined || (typeof value === 'string' && accepts(compare(value, bound)))
  })
}

/** Whether a condition holds for the item of a key, or for a key without an item. */
export function holds(item: Item | undefined, { exists, equals, atMost, below }: Condition): boolean {
  if (exists !== undefined && exists !== (item !== undefined)) return false
  return (
    Object.entries(equals ?? {}).every(([name, value]) => isSame(item?.[name], value)) &&
    areBounded(item, atMost, (order) => order <= 0) &&
    areBounded(item, below, (order) => order < 0)
  )
}

/** Applies a change to an item. */
export function changed(item: Item, { set = {}, setIfAbsent = {}, remove = [] }: Change): Item {
  const next: Item = { ...setIfAbsent, ...item, ...set }
  const removed = new Set(remove)
  const { pk, sk } = item
  return { ...Object.fromEntries(Object.entries(next).filter(([name]) => !removed.has(name))), pk, sk }
}
