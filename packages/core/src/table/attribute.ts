import type { Attributes } from './port.ts'

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

/** `T` without the members that may be `undefined`, and with those as ones that may be absent. */
type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** The members of `fields` that have a value. */
export function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>
}
