import type { ProblemCode } from '@runmeta/schema/problem'

/** A request and its reply as a log shows them: nothing that the caller named, logged or asked for. */
export interface Answered {
  readonly requestId: string
  readonly method: string
  /**
   * The pattern of the path, such as `/v1/runs/:run/metadata`. Where nothing is at the path, the path itself, with a `*` for
   * each part that is no word of the API.
   */
  readonly route: string
  readonly status: number
  /** Of the problem that it was refused with. */
  readonly code?: ProblemCode
  /** Milliseconds. */
  readonly duration: number
  /** Of the key that was shown, where it was a good one. */
  readonly project?: string
  readonly key?: string
}
