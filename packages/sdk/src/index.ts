export { getPipelineRun, logMetadata } from './ambient.ts'
export { Client, type NewRun } from './client.ts'
export type { Comparison, ComparisonRow } from './compare.ts'
export { step, withRun } from './context.ts'
export {
  AmbiguousRunError,
  ApiError,
  BadRequestError,
  type Candidate,
  ForbiddenError,
  IdempotencyKeyReusedError,
  IdTakenError,
  InternalError,
  InvalidValueError,
  KeyNotFoundError,
  MethodNotAllowedError,
  NameTakenError,
  NotFoundError,
  PayloadTooLargeError,
  RateLimitedError,
  RunNotFoundError,
  StoreUnavailableError,
  UnauthorizedError,
  UnsupportedMediaTypeError,
} from './error/api.ts'
export { type ErrorCode, type LocalCode, type ProblemCode, RunmetaError } from './error/error.ts'
export { AbortError, ConfigurationError, ConnectionError, TimeoutError, UnexpectedReplyError } from './error/local.ts'
export type { HistoryEntry, HistoryOptions, UnsetOptions } from './history.ts'
export type { Fetch, FetchReply, FetchRequest } from './http/fetch.ts'
export type { ApiKey, KeyOptions, NewApiKey, Role, RunToken, TokenOptions } from './key.ts'
export type { Comparable, Condition, ListOptions, PointerCondition, RunList } from './list.ts'
export type { ClientOptions } from './options.ts'
export type {
  CallOptions,
  Calls,
  ListedPipelineRun,
  ListedRun,
  Log,
  OnError,
  PipelineRun,
  Run,
  RunChanges,
  RunHandle,
  StepHandle,
  TargetedLog,
} from './run.ts'
export { NumberLiteral } from './value/number.ts'
export { dtype, path, storageSize, type Typed, type TypedMaker, type TypeName, uri } from './value/typed.ts'
export type { Value, ValueObject } from './value/value.ts'
export type { LogReceipt, Metadata, PipelineStep, RunFields, RunStatus } from './wire.ts'
