/** What every call takes. */
export interface CallOptions {
  /** Ends the call, which then fails with an `AbortError`. One signal may serve any number of calls. */
  readonly signal?: AbortSignal | undefined
}

/** What a call takes that finds a run by its id, name or prefix. */
export interface FindOptions extends CallOptions {
  /** Whether the reference must be a whole id or name: prefixes then find nothing. @default false */
  readonly exact?: boolean | undefined
}
