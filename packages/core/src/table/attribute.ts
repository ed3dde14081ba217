import type { Attributes } from './port.ts'

/** Typed reads of an item's attributes. Each throws a TypeError if a stored item is malformed. */

const invalidAttribute = (name: string, expected: string) =>
  new TypeError(`attribute ${name}: ${expected} expected in a stored item`)

export function optionalString(item: Attributes, name: string): string | undefined {
  const value = item[name]
  if (value === undefined || typeof value === 'string') return value
  throw invalidAttribute(name, 'a string')
}

export function requiredString(item: Attributes, name: string): string {
  const value = optionalString(item, name)
  if (value === undefined) throw invalidAttribute(name, 'a string')
  return value
}

export function requiredOneOf<T extends string>(item: Attributes, name: string, known: readonly T[]): T {
  const value = known.find((one) => one === item[name])
  if (value === undefined) throw invalidAttribute(name, known.join(' or '))
  return value
}

export function requiredNumber(item: Attributes, name: string): number {
  const value = item[name]
  if (typeof value === 'number') return value
  throw invalidAttribute(name, 'a number')
}

export function requiredBytes(item: Attributes, name: string): Uint8Array {
  const value = item[name]
  if (value instanceof Uint8Array) return value
  throw invalidAttribute(name, 'bytes')
}

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** Returns `fields` without the members that are `undefined`. */
export function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>
}
