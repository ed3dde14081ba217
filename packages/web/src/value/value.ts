import { isNumeric, isValueObject, type Metadata, Typed, type Value } from '@runmeta/sdk'

/** The kind of a value, as a card shows it. */
export type Kind =
  | 'null'
  | 'boolean'
  | 'number'
  | 'string'
  | 'list'
  | 'object'
  | 'Uri'
  | 'Path'
  | 'DType'
  | 'StorageSize'

export function kindOf(value: Value): Kind {
  if (value === null) return 'null'
  if (Typed.is(value)) return value.type
  if (isNumeric(value)) return 'number'
  if (Array.isArray(value)) return 'list'
  if (isValueObject(value)) return 'object'
  return typeof value === 'boolean' ? 'boolean' : 'string'
}

/** The value inside a typed value; any other value as it is. */
export const untyped = (value: Value): Value => (Typed.is(value) ? value.value : value)

export const isScalar = (value: Value): boolean => !['list', 'object'].includes(kindOf(value))

/** The largest number that plots draw: it leaves room for sums and differences, which must be finite doubles. */
const MAX_DRAWN = 1e300

/** The value as a number for a plot; undefined if it is not a number, or too large to draw. */
export function plottable(value: Value | undefined): number | undefined {
  if (value === undefined) return undefined
  const bare = untyped(value)
  if (!isNumeric(bare)) return undefined
  const number = Number(String(bare))
  return Math.abs(number) <= MAX_DRAWN ? number : undefined
}

/** Whether the value is a number that plots leave out. */
export const isTooLarge = (value: Value | undefined): boolean =>
  value !== undefined && isNumeric(untyped(value)) && plottable(value) === undefined

/** A value as JSON. Numbers keep the digits that were logged. */
export function jsonOf(value: Value, indent = ''): string {
  const bare = untyped(value)
  if (isNumeric(bare)) return String(bare)
  const inner = indent === '' ? '' : `${indent}  `
  const [open, close, between] = indent === '' ? ['', '', ','] : [inner, indent, `,${inner}`]
  if (Array.isArray(bare)) {
    return bare.length === 0 ? '[]' : `[${open}${bare.map((item) => jsonOf(item, inner)).join(between)}${close}]`
  }
  if (!isValueObject(bare)) return JSON.stringify(bare)
  const colon = indent === '' ? ':' : ': '
  const members = Object.entries(bare).map(([name, item]) => `${JSON.stringify(name)}${colon}${jsonOf(item, inner)}`)
  return members.length === 0 ? '{}' : `{${open}${members.join(between)}${close}}`
}

/** The text of a value in one line: a string as it is, anything else as JSON. */
export function textOf(value: Value): string {
  const bare = untyped(value)
  return typeof bare === 'string' ? bare : jsonOf(bare)
}

/** The text that copying a value puts on the clipboard: a string as it is, anything else as JSON. */
export function clipboardText(value: Value): string {
  const bare = untyped(value)
  return typeof bare === 'string' ? bare : jsonOf(bare, '\n')
}

/** Follows member names and indexes into a value. @returns undefined if nothing is there */
export function valueAt(value: Value | undefined, names: readonly string[]): Value | undefined {
  return names.reduce<Value | undefined>((at, name) => {
    const bare = at === undefined ? undefined : untyped(at)
    if (Array.isArray(bare)) return bare[Number(name)]
    return isValueObject(bare) && Object.hasOwn(bare, name) ? bare[name] : undefined
  }, value)
}

export const parsePointer = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))

export const pointerOf = (names: readonly string[]): string =>
  names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/** A scalar and its pointer. Searches, columns and comparisons use these. */
interface Leaf {
  readonly pointer: string
  readonly value: Value
}

/** The scalars of metadata, outside arrays. */
export function scalarsOf(metadata: Metadata, most: number): Leaf[] {
  const leaves: Leaf[] = []
  const visit = (value: Value, pointer: string): void => {
    if (leaves.length >= most) return
    const bare = untyped(value)
    if (isValueObject(bare)) {
      for (const [name, item] of Object.entries(bare)) visit(item, pointer + pointerOf([name]))
    } else if (!Array.isArray(bare)) leaves.push({ pointer, value })
  }
  for (const [name, value] of Object.entries(metadata)) visit(value, pointerOf([name]))
  return leaves
}
