import { createHash } from 'node:crypto'
import { LIMITS } from '@runmeta/schema/limits'
import { Failure, invalidValue } from '../failure.ts'
import { checkTypes, type TypedPointer } from './check-types.ts'
import { pointerPart, toPointer } from './pointer.ts'
import { rewriter } from './rewrite.ts'
import { type Extent, type Scan, scan, ValueFault } from './scan.ts'

export interface LoggedValue {
  readonly key: string
  readonly text: string
  readonly types: readonly TypedPointer[]
  /** The scalars that can be searched, in document order. */
  readonly leaves: readonly LeafText[]
}

export interface LeafText {
  readonly pointer: string
  readonly text: string
}

export interface LogContent {
  readonly entries: readonly LoggedValue[]
  /** How many scalars outside arrays cannot be searched: those past the first ones, and those under long pointers. */
  readonly unindexed: number
  /** A hash of the metadata, types and options. Whitespace and escapes do not change it. */
  readonly digest: (options: readonly unknown[]) => Uint8Array
}

export const CONTENT_FIELDS = ['metadata', 'types'] as const

export interface LogBody {
  /** The fields other than `metadata` and `types`, not yet validated. */
  readonly fields: Readonly<Record<string, unknown>>
  /** @throws Failure `bad_request`, `invalid_value`, `payload_too_large` */
  content(): LogContent
}

const badField = ({ path: [field], message }: ValueFault): Failure =>
  new Failure('bad_request', `${String(field ?? 'body').slice(0, LIMITS.nameCharacters)}: ${message}`)

/** 422 for a fault in metadata or types, 400 for one in another field. */
function badLog(fault: ValueFault): Failure {
  const [field, ...rest] = fault.path
  if (field === 'metadata') return invalidValue(toPointer(rest), fault.message)
  // The names of `types` are pointers from the root of `metadata` themselves.
  if (field === 'types') return invalidValue(String(rest[0] ?? ''), fault.message)
  return badField(fault)
}

function scanned(text: string, failureOf: (fault: ValueFault) => Failure): Scan {
  try {
    return scan(text)
  } catch (error) {
    throw error instanceof ValueFault ? failureOf(error) : error
  }
}

function plainFields({ text, fields }: Scan, textFields: readonly string[]): Record<string, unknown> {
  const plain = fields.filter(({ name }) => !textFields.includes(name))
  return Object.fromEntries(plain.map(({ name, start, end }) => [name, JSON.parse(text.slice(start, end))]))
}

/** Reads a body that holds no metadata. @throws Failure `bad_request` */
export function readFields(text: string): Readonly<Record<string, unknown>> {
  return plainFields(scanned(text, badField), [])
}

/** The same for a body with a field that stays text. */
export function readFieldsWithText(text: string, field: string): Readonly<Record<string, unknown>> {
  const body = scanned(text, badField)
  const kept = body.fields.find(({ name }) => name === field)
  const fields = plainFields(body, [field])
  return kept === undefined ? fields : { ...fields, [field]: text.slice(kept.start, kept.end) }
}

/** Returns the text if it is exactly one JSON value. */
export function readExactly(text: string): string | undefined {
  try {
    const { fields } = scan(`{"value":${text}}`)
    return fields.length === 1 ? text : undefined
  } catch (error) {
    if (error instanceof Failure || error instanceof ValueFault) return undefined
    throw error
  }
}

/**
 * Reads the body of a log. The metadata is not parsed into values: its texts are slices of the body.
 * @throws Failure `bad_request`, `invalid_value`
 */
export function readLog(text: string): LogBody {
  const body = scanned(text, badLog)
  return { fields: plainFields(body, CONTENT_FIELDS), content: () => contentOf(body) }
}

function contentOf(body: Scan): LogContent {
  const metadata = body.fields.find(({ name }) => name === 'metadata')
  if (metadata === undefined) throw badMetadata('is missing; send an object with at least one key')
  if (body.text[metadata.start] !== '{') throw badMetadata('must be a JSON object')
  const count = body.metadata.length
  if (count === 0) throw badMetadata('is empty; send an object with at least one key')
  if (count > LIMITS.keysPerLog) {
    throw new Failure('payload_too_large', `metadata: has ${count} keys; the limit for a log is ${LIMITS.keysPerLog}`)
  }
  const types = typesOf(body)
  const marks = checkTypes(body.text, body.metadata, types)
  const rewrite = rewriter(body, 'kept')
  const leavesWithin = leafTexts(body)
  const entries = body.metadata.map((member) => ({
    key: member.name,
    text: withinLimit(member.name, rewrite(member)),
    types: marks.get(member.name) ?? [],
    leaves: leavesWithin(member),
  }))
  return {
    entries,
    unindexed: body.unindexed,
    digest: (options) => {
      const canonical = rewriter(body, 'canonical')(metadata)
      const sorted = types.toSorted(([one], [other]) => (one < other ? -1 : 1))
      return createHash('sha256')
        .update(canonical)
        .update(`\n${JSON.stringify([sorted, options])}`)
        .digest()
    },
  }
}

/** Returns the leaves of a member. Call it for the members in document order. */
function leafTexts({ text, leaves }: Scan): (member: Extent) => LeafText[] {
  let next = 0
  return ({ end: last }) => {
    const from = next
    while (next < leaves.length && Number(leaves[next]?.end) <= last) next++
    return leaves.slice(from, next).map(({ pointer, start, end }) => ({ pointer, text: text.slice(start, end) }))
  }
}

const badMetadata = (reason: string) => new Failure('bad_request', `metadata: ${reason}`)

function typesOf({ text, fields }: Scan): [string, unknown][] {
  const types = fields.find(({ name }) => name === 'types')
  if (types === undefined) return []
  const value: unknown = JSON.parse(text.slice(types.start, types.end))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Failure('bad_request', 'types: must be a JSON object from JSON Pointers to type names')
  }
  return Object.entries(value)
}

function withinLimit(key: string, text: string): string {
  // A UTF-16 unit is at most three bytes of UTF-8, so most values need no counting.
  if (text.length * 3 <= LIMITS.valueBytes) return text
  const bytes = Buffer.byteLength(text)
  if (bytes <= LIMITS.valueBytes) return text
  throw invalidValue(pointerPart(key), `is ${bytes} bytes of JSON; the limit for a value is ${LIMITS.valueBytes}`)
}
