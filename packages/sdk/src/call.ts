/** Options of every call. */
export interface CallOptions {
  /** Aborts the call, which then fails with an `AbortError`. Any number of calls may share one signal. */
  readonly signal?: AbortSignal | undefined
}

/** Options of calls that find a run by its id, name or prefix. */
export interface FindOptions extends CallOptions {
  /** Whether the reference must be a complete id or name, and not a prefix. @default false */
  readonly exact?: boolean | undefined
}
