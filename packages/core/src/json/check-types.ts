import { LIMITS } from '@runmeta/schema/limits'
import { isTypeName, TYPE_KINDS, type TypeName } from '@runmeta/schema/type-names'
import { invalidValue } from '../failure.ts'
import { isWholeNumber } from './number.ts'
import { fromPointer, toPointer } from './pointer.ts'
import type { Member } from './scan.ts'
import { GAP, memberAt, past, SCALAR, skip } from './skip.ts'

/** A metadata key and the greatest nesting below it. No value has a longer pointer. */
const MAX_POINTER_PARTS = LIMITS.nesting + 1

/** The type of a part of a value. The pointer is relative to the value; `""` is the value itself. */
export type TypedPointer = readonly [pointer: string, type: TypeName]

/** One pass over a value checks all of its types. */
interface TypeNode {
  readonly under: Map<string, TypeNode>
  /** The type given for this place. */
  given?: GivenType
}

interface GivenType {
  /** As the caller wrote it. */
  readonly pointer: string
  readonly type: TypeName
  isFound: boolean
}

const newNode = (): TypeNode => ({ under: new Map() })

function check(text: string, at: number, given: GivenType): void {
  given.isFound = true
  const isValid =
    given.type === 'StorageSize' ? isWholeNumber(text.slice(at, past(SCALAR, text, at))) : text[at] === '"'
  if (!isValid) throw invalidValue(given.pointer, `expected a ${TYPE_KINDS[given.type]} for ${given.type}`)
}

/** Checks the types of the value that begins at `at` and of its parts. Returns the end of the value. */
function walk(text: string, at: number, here: TypeNode): number {
  if (here.given !== undefined) check(text, at, here.given)
  const isObject = text[at] === '{'
  if (here.under.size === 0 || (!isObject && text[at] !== '[')) return skip(text, at)
  let next = past(GAP, text, at + 1)
  for (let index = 0; text[next] !== (isObject ? '}' : ']'); index++) {
    const [token, value] = isObject ? memberAt(text, next) : [String(index), next]
    const child = here.under.get(token)
    next = past(GAP, text, child === undefined ? skip(text, value) : walk(text, value, child))
  }
  return next + 1
}

/**
 * Checks that each pointer in `types` points to a value of the JSON kind that its type requires.
 * @returns the types by metadata key
 * @throws Failure `invalid_value` for an unknown type, a pointer to nothing, or a value of the wrong JSON kind
 */
export function checkTypes(
  text: string,
  entries: readonly Member[],
  types: readonly (readonly [string, unknown])[],
): Map<string, TypedPointer[]> {
  const root = newNode()
  const all: GivenType[] = []
  const marks = new Map<string, TypedPointer[]>()
  for (const [pointer, type] of types) {
    if (typeof type !== 'string' || !isTypeName(type)) {
      throw invalidValue(pointer, `unknown type; use one of ${Object.keys(TYPE_KINDS).join(', ')}`)
    }
    const tokens = fromPointer(pointer, MAX_POINTER_PARTS)
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
      const next = node.under.get(token) ?? newNode()
      node.under.set(token, next)
      node = next
    }
    node.given = { pointer, type, isFound: false }
    all.push(node.given)
    const ofKey = marks.get(key) ?? []
    ofKey.push([toPointer(tokens.slice(1)), type])
    marks.set(key, ofKey)
  }
  for (const entry of entries) {
    const node = root.under.get(entry.name)
    if (node !== undefined) walk(text, entry.start, node)
  }
  const missing = all.find(({ isFound }) => !isFound)
  if (missing !== undefined) throw invalidValue(missing.pointer, 'type given for a path that is not in metadata')
  return marks
}
