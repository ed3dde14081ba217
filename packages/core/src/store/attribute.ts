import type { Attributes } from './store.ts'

/** Reads of an item's attributes that say so where an item is not what its writer writes. */

const wrong = (name: string, expected: string) =>
  new TypeError(`attribute ${name}: ${expected} expected in a stored item`)

export function optionalString(item: Attributes, name: string): string | undefined {
  const value = item[name]
  if (value === undefined || typeof value === 'string') return value
  throw wrong(name, 'a string')
}

export function requiredString(item: Attributes, name: string): string {
  const value = optionalString(item, name)
  if (value === undefined) throw wrong(name, 'a string')
  return value
}

export function requiredNumber(item: Attributes, name: string): number {
  const value = item[name]
  if (typeof value === 'number') return value
  throw wrong(name, 'a number')
}

export function requiredBytes(item: Attributes, name: string): Uint8Array {
  const value = item[name]
  if (value instanceof Uint8Array) return value
  throw wrong(name, 'bytes')
}

/** The members of `fields` that have a value. */
export function present<T extends Record<string, unknown>>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(kept) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
