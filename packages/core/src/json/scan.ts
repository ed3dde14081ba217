import { keyFault } from '@runmeta/schema/key'
import { LIMITS } from '@runmeta/schema/limits'
import { Failure } from '../failure.ts'
import { type Token, toPointer } from './pointer.ts'
import { unquote } from './unquote.ts'

export interface Extent {
  readonly start: number
  readonly end: number
}

export interface Member extends Extent {
  readonly name: string
}

/** A scalar outside arrays, at a JSON Pointer from the root of `metadata`. */
export interface Leaf extends Extent {
  readonly pointer: string
}

/** The result of one pass over a body. Values are not parsed: they are extents of the text. */
export interface Scan {
  readonly text: string
  readonly fields: readonly Member[]
  readonly metadata: readonly Member[]
  /** The searchable scalars of `metadata`: the first ones at any depth, except inside arrays or under long pointers. */
  readonly leaves: readonly Leaf[]
  /** How many other scalars there are outside arrays. */
  readonly unindexed: number
  /** Insignificant whitespace and strings with unusual escapes, in order, as triples: start, end, `SPACE` or `ESCAPED`. */
  readonly spans: readonly number[]
}

export const SPACE = 0
export const ESCAPED = 1

/** A value that is not allowed, at a path from the root of the body. */
export class ValueFault extends Error {
  override readonly name = 'ValueFault'
  readonly path: readonly Token[]

  constructor(path: readonly Token[], reason: string) {
    super(reason)
    this.path = path
  }
}

const QUOTE = 34
const BACKSLASH = 92
const COLON = 58
const COMMA = 44
const OPEN_ARRAY = 91
const CLOSE_ARRAY = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125
const LETTER_U = 117

/** The most searchable scalars in one log, and the most bytes of their pointers. */
export const SEARCHABLE = { leaves: 64, pointerBytes: 512 } as const

/** With more names, a Set finds duplicates faster than an array. */
const MAX_LISTED_NAMES = 8
/** The body and `metadata` are two brackets around a value. */
const MAX_DEPTH = LIMITS.nesting + 2

/** The escapes of a string. Usual ones are as `JSON.stringify` writes them, so the string is already canonical. */
const NONE = 0
const USUAL = 1
const UNUSUAL = 2
const LONE = 3
const SLASH = 47
const SHORT_ESCAPES = new Set([...'"\\/bfnrt'].map((character) => character.charCodeAt(0)))
const UNIT_WITH_SHORT_ESCAPE = new Set([...'\b\f\n\r\t'].map((character) => character.charCodeAt(0)))
const UPPER_HEX = /[A-F]/
const PLAIN = /[^"\\\u0000-\u001f]*/y

const HEX4 = /[0-9a-fA-F]{4}/y
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const WORD = /true|false|null/y

/**
 * Validates a body in one pass (RFC 8259, no duplicate names, no lone surrogates, bounded nesting) and finds its fields and
 * the members of `metadata`.
 * @param text - Well-formed UTF-16, for example from a UTF-8 decoder that rejects malformed input.
 * @throws Failure `bad_request` if the text is not a JSON object; ValueFault if it is valid JSON that is not allowed here
 */
export function scan(text: string): Scan {
  const fields: Member[] = []
  const members: Member[] = []
  const leaves: Leaf[] = []
  let scalars = 0
  const spans: number[] = []
  let enclosingArrays = 0
  let inMetadata = false
  /** The tokens of the current position. Only the first `depth` are valid. */
  const path: Token[] = []
  let depth = 0
  let at = 0

  const malformed = (expected: string): Failure => {
    const before = text.slice(0, at)
    const line = before.split('\n').length
    const column = at - before.lastIndexOf('\n')
    const found = at >= text.length ? 'the end of the body' : 'something else'
    return new Failure(
      'bad_request',
      `body: not valid JSON: ${expected} expected, ${found} found at line ${line}, column ${column}`,
    )
  }
  const fault = (reason: string, ...more: Token[]): ValueFault =>
    new ValueFault([...path.slice(0, depth), ...more], reason)

  function space(): void {
    // Past the end this is NaN, for which every comparison is false.
    if (!(text.charCodeAt(at) <= 32)) return
    const start = at
    let code = text.charCodeAt(at)
    while (code === 32 || code === 10 || code === 13 || code === 9) code = text.charCodeAt(++at)
    if (at > start) spans.push(start, at, SPACE)
  }

  function hex4(): number {
    HEX4.lastIndex = at
    if (!HEX4.test(text)) throw malformed('four hexadecimal digits')
    at += 4
    return Number.parseInt(text.slice(at - 4, at), 16)
  }

  /** Reads an escape sequence and returns its class. */
  function pastEscape(): number {
    const code = text.charCodeAt(at + 1)
    if (code !== LETTER_U) {
      if (!SHORT_ESCAPES.has(code)) throw malformed('an escape')
      at += 2
      return code === SLASH ? UNUSUAL : USUAL
    }
    at += 2
    const unit = hex4()
    if (unit < 0x20 && !UNIT_WITH_SHORT_ESCAPE.has(unit) && !UPPER_HEX.test(text.slice(at - 4, at))) return USUAL
    if (unit < 0xd800 || unit > 0xdfff) return UNUSUAL
    if (unit > 0xdbff || text.charCodeAt(at) !== BACKSLASH || text.charCodeAt(at + 1) !== LETTER_U) return LONE
    const next = Number.parseInt(text.slice(at + 2, at + 6), 16)
    if (!(next >= 0xdc00 && next <= 0xdfff)) return LONE
    at += 2
    hex4()
    return UNUSUAL
  }

  /** Reads a string and returns whether it has escapes. */
  function string(): boolean {
    const start = at++
    let escapes = NONE
    PLAIN.lastIndex = at
    PLAIN.test(text)
    at = PLAIN.lastIndex
    let code = text.charCodeAt(at)
    while (code !== QUOTE) {
      if (code === BACKSLASH) escapes = Math.max(escapes, pastEscape())
      else if (code >= 32) at++
      else throw malformed('the rest of a string (escape control characters)')
      code = text.charCodeAt(at)
    }
    at++
    if (escapes === LONE) throw fault('contains a lone surrogate, which is not valid Unicode')
    if (escapes === UNUSUAL) spans.push(start, at, ESCAPED)
    return escapes !== NONE
  }

  function open(): void {
    if (depth >= MAX_DEPTH) throw fault(`is nested deeper than ${LIMITS.nesting} levels`)
    at++
    space()
  }

  function array(): void {
    open()
    if (text.charCodeAt(at) === CLOSE_ARRAY) {
      at++
      return
    }
    const here = depth++
    enclosingArrays++
    for (let index = 0; ; index++) {
      path[here] = index
      value()
      space()
      const code = text.charCodeAt(at)
      if (code !== COMMA && code !== CLOSE_ARRAY) throw malformed('"," or "]"')
      at++
      if (code === CLOSE_ARRAY) break
      space()
    }
    enclosingArrays--
    depth = here
  }

  function object(into?: Member[]): void {
    open()
    if (text.charCodeAt(at) === CLOSE_OBJECT) {
      at++
      return
    }
    const here = depth
    const keys = here === 1 && into === members
    const names: string[] = []
    let many: Set<string> | undefined
    for (;;) {
      if (text.charCodeAt(at) !== QUOTE) throw malformed('a name in double quotes')
      const token = at
      const name = string() ? unquote(text.slice(token, at)) : text.slice(token + 1, at - 1)
      if (keys) {
        const wrong = keyFault(name)
        if (wrong !== undefined) throw fault(wrong, name)
      }
      if (many?.has(name) ?? names.includes(name)) {
        const reason = 'duplicate name in one object'
        // In the body itself it is a malformed request, not an invalid value.
        throw here === 0
          ? new Failure('bad_request', `${name.slice(0, LIMITS.nameCharacters)}: ${reason}`)
          : fault(reason, name)
      }
      if (many === undefined) {
        names.push(name)
        if (names.length > MAX_LISTED_NAMES) many = new Set(names)
      } else many.add(name)
      space()
      if (text.charCodeAt(at) !== COLON) throw malformed('":"')
      at++
      space()
      path[here] = name
      depth = here + 1
      const start = at
      const metadata = into === fields && name === 'metadata' && text.charCodeAt(at) === OPEN_OBJECT
      if (metadata) {
        inMetadata = true
        object(members)
        inMetadata = false
      } else value()
      depth = here
      into?.push({ name, start, end: at })
      space()
      const code = text.charCodeAt(at)
      if (code !== COMMA && code !== CLOSE_OBJECT) throw malformed('"," or "}"')
      at++
      if (code === CLOSE_OBJECT) return
      space()
    }
  }

  /** The pointer of the current position from the root of `metadata`. Undefined if it is too long to be searchable. */
  function shortPointer(): string | undefined {
    let units = 0
    for (let part = 1; part < depth; part++) units += String(path[part]).length + 1
    if (units > SEARCHABLE.pointerBytes) return undefined
    const pointer = toPointer(path.slice(1, depth))
    return Buffer.byteLength(pointer) > SEARCHABLE.pointerBytes ? undefined : pointer
  }

  function addLeaf(start: number): void {
    if (enclosingArrays > 0 || !inMetadata) return
    scalars++
    const pointer = leaves.length < SEARCHABLE.leaves ? shortPointer() : undefined
    if (pointer !== undefined) leaves.push({ pointer, start, end: at })
  }

  function value(): void {
    const code = text.charCodeAt(at)
    if (code === OPEN_OBJECT) object()
    else if (code === OPEN_ARRAY) array()
    else scalar(code)
  }

  function scalar(code: number): void {
    const start = at
    if (code === QUOTE) string()
    else {
      const token = code === 45 || (code >= 48 && code <= 57) ? NUMBER : WORD
      token.lastIndex = at
      if (!token.test(text)) throw malformed('a JSON value')
      at = token.lastIndex
    }
    addLeaf(start)
  }

  space()
  if (text.charCodeAt(at) !== OPEN_OBJECT) throw new Failure('bad_request', 'body: must be a JSON object')
  object(fields)
  space()
  if (at < text.length) throw malformed('the end of the body')
  return { text, fields, metadata: members, leaves, unindexed: scalars - leaves.length, spans }
}
