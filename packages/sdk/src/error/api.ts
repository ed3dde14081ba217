import { type ErrorFacts, type ProblemCode, RunmetaError } from './error.ts'

/** A run that an ambiguous reference could mean. */
export interface Candidate {
  readonly id: string
  readonly name: string
  readonly createdAt: string
}

/** The fields of an {@link ApiError}. */
export interface Refusal extends ErrorFacts {
  readonly pointer?: string
  readonly reason?: string
  readonly candidates?: readonly Candidate[]
  readonly more?: boolean
}

/** The API refused the call. Each code has a class; an unknown code from a newer server is a plain `ApiError`. */
export class ApiError extends RunmetaError {
  constructor(refusal: Refusal) {
    super(nameOf(new.target === ApiError ? 'api' : refusal.code), refusal)
  }
}

/** A field of the call is invalid; the message names it. */
export class BadRequestError extends ApiError {}

/** The API key is missing, invalid, expired or revoked. */
export class UnauthorizedError extends ApiError {}

/** The key's role is too low; the message names the role needed. */
export class ForbiddenError extends ApiError {}

/** The server has nothing at this path. */
export class NotFoundError extends ApiError {}

/** No run has this id, name or prefix. */
export class RunNotFoundError extends ApiError {}

/** The run has no such metadata key. */
export class KeyNotFoundError extends ApiError {}

/** The path does not support this method. */
export class MethodNotAllowedError extends ApiError {}

/** Several runs begin with this prefix. */
export class AmbiguousRunError extends ApiError {
  /** Up to 20 of the runs that match. */
  declare readonly candidates: readonly Candidate[]
  /** Whether more runs match. */
  declare readonly more: boolean

  constructor(refusal: Refusal) {
    super({ candidates: [], more: false, ...refusal })
  }
}

/** The name belongs to a run with another id. */
export class NameTakenError extends ApiError {}

/** The id belongs to a run with another name, or to one that was deleted. */
export class IdTakenError extends ApiError {}

/** The log is over a limit; the message says which, and by how much. */
export class PayloadTooLargeError extends ApiError {}

/** The server does not accept this media type. */
export class UnsupportedMediaTypeError extends ApiError {}

/** A value that cannot be logged. Nothing was written; if `attempts` is 0, nothing was sent either. */
export class InvalidValueError extends ApiError {
  /** Where it is: a JSON Pointer from the root of `metadata`. */
  declare readonly pointer: string
  /** What is wrong with it. */
  declare readonly reason: string

  constructor(refusal: Refusal) {
    super({ pointer: '', reason: '', ...refusal })
  }
}

/** The idempotency key was used for another log of this run. */
export class IdempotencyKeyReusedError extends ApiError {}

/** Too many requests. */
export class RateLimitedError extends ApiError {}

/** The server failed. */
export class InternalError extends ApiError {}

/** The server cannot reach its store. */
export class StoreUnavailableError extends ApiError {}

/** `RunNotFound` for `run_not_found`. */
type Words<Code extends string> = Code extends `${infer First}_${infer Rest}`
  ? `${Capitalize<First>}${Words<Rest>}`
  : Capitalize<Code>

/** By their names, which they have from the codes. */
const CLASSES: Readonly<Record<string, typeof ApiError>> = {
  BadRequestError,
  UnauthorizedError,
  ForbiddenError,
  NotFoundError,
  RunNotFoundError,
  KeyNotFoundError,
  MethodNotAllowedError,
  AmbiguousRunError,
  NameTakenError,
  IdTakenError,
  PayloadTooLargeError,
  UnsupportedMediaTypeError,
  InvalidValueError,
  IdempotencyKeyReusedError,
  RateLimitedError,
  InternalError,
  StoreUnavailableError,
} satisfies Record<`${Words<ProblemCode>}Error`, typeof ApiError>

const nameOf = (code: string): string => `${code.replace(/(?:^|_)(.)/g, (_, letter) => letter.toUpperCase())}Error`

/** Makes the error for a code. */
export const apiError = (refusal: Refusal): ApiError => new (CLASSES[nameOf(refusal.code)] ?? ApiError)(refusal)

/** The error that the API would return, thrown before anything is sent. */
export const badRequest = (message: string, cause?: unknown): BadRequestError =>
  new BadRequestError({ message, status: 400, code: 'bad_request', cause })
