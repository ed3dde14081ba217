export type { ApiKey, KeyOptions, NewApiKey, Role, RunToken, TokenOptions } from './access/key.ts'
export { getPipelineRun, withNewRun } from './ambient.ts'
export type { CallOptions, FindOptions } from './call.ts'
export { Client } from './client.ts'
export { withRun } from './context/run.ts'
export { step } from './context/step.ts'
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
export type { Fetch, FetchReply, FetchRequest } from './http/fetch.ts'
export { type Logger, logMetadata } from './log/ambient.ts'
export type { PreparedLog } from './log/log.ts'
export type { LogResult } from './log/many.ts'
export type { Log, TargetedLog } from './log/options.ts'
export type { LogReceipt } from './log/receipt.ts'
export type { ClientOptions, OnError } from './options.ts'
export type { Metadata, PipelineStep, RunFields, RunStatus } from './run/fields.ts'
export type {
  Calls,
  CreatedRun,
  ListedPipelineRun,
  ListedRun,
  PipelineRun,
  Run,
  RunHandle,
  StepHandle,
} from './run/handle.ts'
export type {
  HistoryEntry,
  HistoryOptions,
  NewRun,
  NewRunOptions,
  ReadOptions,
  RunChanges,
  UnsetOptions,
  WatchOptions,
} from './run/options.ts'
export type { Comparison, ComparisonRow } from './search/compare.ts'
export type { RunList } from './search/list.ts'
export type { Comparable, Condition, ListedBy, ListOptions, PointerCondition } from './search/options.ts'
export { NumberLiteral } from './value/number.ts'
export { dtype, path, storageSize, Typed, type TypedMaker, type TypeName, uri } from './value/typed.ts'
export { isNumeric, isValueObject, type Value, type ValueObject } from './value/value.ts'
export type { NonFinite } from './value/write.ts'
