import type { ProblemCode } from '@runmeta/schema/problem'

/** What the server's log contains about a request. It has no text that the caller chose. */
export interface Answered {
  readonly requestId: string
  readonly method: string
  /**
   * The pattern of the path, such as `/v1/runs/:run/metadata`. If no route matches, the path itself, with a `*` for
   * each part that is not a word of the API.
   */
  readonly route: string
  readonly status: number
  /** The error code, if the request was refused. */
  readonly code?: ProblemCode
  /** Milliseconds. */
  readonly duration: number
  /** Of the API key, if it was valid. */
  readonly project?: string
  readonly key?: string
}
