import type { ProblemCode } from '@runmeta/schema/problem'
import type { ProblemExtras } from '@runmeta/schema/reply'

/** An expected error. Its message says what is wrong, where, and what would be right. It never contains a value or a secret. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly code: ProblemCode
  readonly extras: ProblemExtras

  constructor(code: ProblemCode, message: string, options: { extras?: ProblemExtras; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.extras = options.extras ?? {}
  }
}

/** An error for a write that failed each time because of other requests. */
export const contended = (field: string): Failure =>
  new Failure('store_unavailable', `${field}: changed several times during this request; retry`)

/** Longer pointers are cut: the message is for people, and a name inside a value can be megabytes long. */
const MAX_POINTER_CHARACTERS = 4096

function short(pointer: string): string {
  if (pointer.length <= MAX_POINTER_CHARACTERS) return pointer
  return pointer.slice(0, Math.max(0, pointer.lastIndexOf('/', MAX_POINTER_CHARACTERS)))
}

/** An error for a value or a type that cannot be logged, at a JSON Pointer from the root of `metadata`. */
export function invalidValue(fullPointer: string, reason: string): Failure {
  const pointer = short(fullPointer)
  const at = pointer === '' ? 'metadata' : `metadata at ${pointer}`
  return new Failure('invalid_value', `${at}: ${reason}`, { extras: { pointer, reason } })
}
