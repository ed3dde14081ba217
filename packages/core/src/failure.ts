import type { ProblemCode } from '@runmeta/schema/problem'
import type { ProblemExtras } from '@runmeta/schema/reply'

/** An expected refusal. Its message says what was wrong, where, and what would be right; never a value or a secret. */
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

/** A value or a type that cannot be logged, at a JSON Pointer from the root of `metadata`. */
export function invalidValue(pointer: string, reason: string): Failure {
  const place = pointer === '' ? 'metadata' : `metadata at ${pointer}`
  return new Failure('invalid_value', `${place}: ${reason}`, { extras: { pointer, reason } })
}
