import { LIMITS } from '@runmeta/schema/limits'
import { isTypeName, TYPE_KINDS, type TypeName } from '@runmeta/schema/typed'
import { invalidValue } from '../failure.ts'
import { isWholeNumber } from './number.ts'
import { fromPointer, toPointer } from './pointer.ts'
import type { Member } from './scan.ts'
import { GAP, past, pastString, SCALAR, skip } from './skip.ts'
import { unquote } from './unquote.ts'

/** A metadata key and the brackets that may be within its value: a deeper pointer names nothing. */
const DEEPEST = LIMITS.nesting + 1

/** A typed place within one value: a pointer from that value, `""` for the value itself. */
export type TypeMark = readonly [pointer: string, type: TypeName]

/** The pointers of `types` as a tree, so that one walk over a value finds them all. */
interface Wanted {
  readonly under: Map<string, Wanted>
  /** Where a type is asked for: which, and how the caller wrote the place. */
  ask?: { readonly pointer: string; readonly type: TypeName; met: boolean }
}

const wanted = (): Wanted => ({ under: new Map() })

function check(text: string, at: number, ask: NonNullable<Wanted['ask']>): void {
  ask.met = true
  const kept = ask.type === 'StorageSize' ? isWholeNumber(text.slice(at, past(SCALAR, text, at))) : text[at] === '"'
  if (!kept) throw invalidValue(ask.pointer, `expected a ${TYPE_KINDS[ask.type]} for ${ask.type}`)
}

/** Checks the types asked for at and under the value that begins at `at`; gives its end. */
function walk(text: string, at: number, here: Wanted): number {
  if (here.ask !== undefined) check(text, at, here.ask)
  const object = text[at] === '{'
  if (here.under.size === 0 || (!object && text[at] !== '[')) return skip(text, at)
  let next = past(GAP, text, at + 1)
  for (let index = 0; text[next] !== (object ? '}' : ']'); index++) {
    let token = String(index)
    if (object) {
      const stop = pastString(text, next)
      token = unquote(text.slice(next, stop))
      next = past(GAP, text, stop)
    }
    const child = here.under.get(token)
    next = past(GAP, text, child === undefined ? skip(text, next) : walk(text, next, child))
  }
  return next + 1
}

/**
 * Checks `types`, given as pointer and type name, against the values they point at.
 * @returns For each metadata key that has typed places, those places.
 * @throws Failure `invalid_value` for an unknown type, a pointer that names nothing, a value of the wrong JSON kind.
 */
export function checkTypes(
  text: string,
  entries: readonly Member[],
  types: readonly (readonly [string, unknown])[],
): Map<string, TypeMark[]> {
  const root = wanted()
  const asks: NonNullable<Wanted['ask']>[] = []
  const marks = new Map<string, TypeMark[]>()
  for (const [pointer, type] of types) {
    if (typeof type !== 'string' || !isTypeName(type)) {
      throw invalidValue(pointer, `unknown type; use one of ${Object.keys(TYPE_KINDS).join(', ')}`)
    }
    const tokens = fromPointer(pointer, DEEPEST)
    const key = tokens?.[0]
    if (tokens === undefined || key === undefined) {
      const reason =
        pointer === ''
          ? `is an object; expected a ${TYPE_KINDS[type]} for ${type}`
          : 'type given for a path that is not a JSON Pointer (RFC 6901)'
      throw invalidValue(pointer, reason)
    }
    let node = root
    for (const token of tokens) {
      const next = node.under.get(token) ?? wanted()
      node.under.set(token, next)
      node = next
    }
    node.ask = { pointer, type, met: false }
    asks.push(node.ask)
    const places = marks.get(key) ?? []
    places.push([toPointer(tokens.slice(1)), type])
    marks.set(key, places)
  }
  for (const entry of entries) {
    const node = root.under.get(entry.name)
    if (node !== undefined) walk(text, entry.start, node)
  }
  const missing = asks.find((ask) => !ask.met)
  if (missing !== undefined) throw invalidValue(missing.pointer, 'has a type, and names no value of this metadata')
  return marks
}
