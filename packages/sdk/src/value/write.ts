import { InvalidValueError } from '../error/api.ts'
import { isLiteral, isTyped } from './brand.ts'
import { adviceFor, isData, kindOf } from './kind.ts'
import { pointerTo } from './pointer.ts'

/** How to log `NaN` and infinite numbers: as an error, as `null`, or as their name in a string. */
export type NonFinite = 'refuse' | 'null' | 'string'

/** Brackets within one value. */
const MAX_NESTING = 64

/** Metadata as it is sent. */
export interface Written {
  /** JSON. */
  readonly text: string
  /** JSON Pointer from the root of the metadata → type. */
  readonly types: ReadonlyMap<string, string>
}

/** The state while values are written: the place, the objects around it, and the types found. */
interface Writing {
  readonly place: (string | number)[]
  readonly open: Set<object>
  readonly types: Map<string, string>
  readonly nonFinite: NonFinite | undefined
  readonly nesting: number
}

/**
 * Serializes metadata as JSON, with its types.
 *
 * @param nesting the most brackets within one value
 * @throws InvalidValueError for a value that JSON cannot hold, with its pointer
 */
export function write(metadata: unknown, nonFinite?: NonFinite, nesting = MAX_NESTING): Written {
  const writing: Writing = { place: [], open: new Set(), types: new Map(), nonFinite, nesting }
  try {
    const text = typeof metadata === 'object' ? writeValue(writing, metadata) : ''
    if (!text.startsWith('{')) throw refused(writing, 'must be an object of keys and values')
    return { text, types: writing.types }
  } catch (error) {
    if (error instanceof InvalidValueError) throw error
    throw refused(writing, 'threw an error as it was read', error)
  }
}

function writeValue(writing: Writing, value: unknown, isGiven = false): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value)
    case 'number':
      return Number.isFinite(value) ? numberText(value) : nonFiniteText(writing, value)
    case 'bigint':
    case 'boolean':
      return String(value)
    case 'undefined':
      throw refused(writing, 'is undefined; leave it out, or log null')
    case 'object':
      return value === null ? 'null' : writeObject(writing, value, isGiven)
    default:
      throw refused(writing, `is a ${typeof value}, which JSON cannot hold`)
  }
}

/** Writes a finite number as JSON that reads back as the same number. */
function numberText(value: number): string {
  if (Object.is(value, -0)) return '-0'
  // In plain digits it would be read back as a bigint, with digits that the double does not have.
  const isPlain = Number.isInteger(value) && !Number.isSafeInteger(value)
  return isPlain ? value.toExponential() : String(value)
}

function nonFiniteText(writing: Writing, value: number): string {
  if (writing.nonFinite === 'null') return 'null'
  if (writing.nonFinite === 'string') return `"${value}"`
  throw refused(writing, 'is NaN or infinite, which JSON cannot hold; log null, or set nonFinite')
}

function writeObject(writing: Writing, object: object, isGiven: boolean): string {
  if (isLiteral(object)) return object.text
  if (isTyped(object)) {
    writing.types.set(pointerTo(writing.place), object.type)
    return writeValue(writing, object.value)
  }
  // Like JSON.stringify: do not call toJSON() on the result of a toJSON().
  // A Buffer has a toJSON(), which would log its bytes one by one.
  if (!isGiven && !ArrayBuffer.isView(object) && 'toJSON' in object && typeof object.toJSON === 'function') {
    return writeValue(writing, given(writing, object, object.toJSON()), true)
  }
  if (Array.isArray(object)) return within(writing, object, writeElements)
  if (isData(object)) return within(writing, object, writeMembers)
  throw refused(writing, `is of kind ${kindOf(object)}; ${adviceFor(object)}`)
}

/** The result of an object's `toJSON`. An invalid Date gives null, as if null had been logged. */
function given(writing: Writing, object: object, value: unknown): unknown {
  if (value !== null || kindOf(object) !== 'Date') return value
  throw refused(writing, 'is a Date without a valid time; leave it out, or log null')
}

/** Writes an array or object. Refuses cycles and nesting that is too deep. */
function within<Parent extends object>(
  writing: Writing,
  parent: Parent,
  writeAll: (writing: Writing, parent: Parent) => string,
): string {
  const { open, nesting } = writing
  if (open.has(parent)) throw refused(writing, 'contains itself; log a part of it')
  // The first bracket is that of the metadata itself.
  if (open.size > nesting) throw refused(writing, `is nested deeper than ${nesting} brackets`)
  open.add(parent)
  const text = writeAll(writing, parent)
  open.delete(parent)
  return text
}

// Not by map, which would skip holes: they are refused like any undefined.
const writeElements = (writing: Writing, array: readonly unknown[]): string =>
  `[${Array.from(array, (element, index) => writeAt(writing, index, element)).join(',')}]`

function writeMembers(writing: Writing, object: object): string {
  const isShown = (symbol: symbol) => Object.prototype.propertyIsEnumerable.call(object, symbol)
  if (Object.getOwnPropertySymbols(object).some(isShown)) {
    throw refused(writing, 'has a symbol as a name; use a string')
  }
  const members = Object.keys(object).flatMap((name) => {
    const value: unknown = Reflect.get(object, name)
    // As JSON.stringify does.
    return value === undefined ? [] : [`${JSON.stringify(name)}:${writeAt(writing, name, value)}`]
  })
  return `{${members.join(',')}}`
}

function writeAt(writing: Writing, name: string | number, value: unknown): string {
  writing.place.push(name)
  const text = writeValue(writing, value)
  writing.place.pop()
  return text
}

function refused({ place }: Writing, reason: string, cause?: unknown): InvalidValueError {
  const pointer = pointerTo(place)
  const message = `${pointer === '' ? 'metadata' : `metadata at ${pointer}`}: ${reason}`
  return new InvalidValueError({ message, status: 422, code: 'invalid_value', pointer, reason, cause })
}
