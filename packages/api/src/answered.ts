import type { ProblemCode } from '@runmeta/schema/problem'

/** What the server's log contains about a request. It has no text that the caller chose. */
export interface Answered {
  readonly requestId: string
  readonly method: string
  /**
   * The pattern of the path, such as `/v1/runs/:run/metadata`. Where nothing is at the path, the path itself, with a `*` for
   * each part that is no word of the API.
   */
  readonly route: string
  readonly status: number
  /** The code of the refusal. */
  readonly code?: ProblemCode
  /** Milliseconds. */
  readonly duration: number
  /** Of the key that was shown, where it was a good one. */
  readonly project?: string
  readonly key?: string
}
