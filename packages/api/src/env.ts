import type { Signer } from '@runmeta/core/auth/token/signer'
import type { Server } from '@runmeta/core/context'
import type { Failure } from '@runmeta/core/failure'
import type { RequestIdVariables } from 'hono/request-id'
import type { Answered } from './answered.ts'
import type { DashboardFiles } from './dashboard/files.ts'
import type { Identity } from './identity.ts'
import type { Admission, Capacity } from './limit/admission.ts'
import type { Buckets } from './limit/bucket.ts'

export interface Deps {
  readonly server: Server
  /** The key with the role `root`, which acts in project `default`. */
  readonly rootKey: string
  /** Signs run tokens. */
  readonly signer: Signer
  readonly engine: Engine
  readonly openapi: () => Promise<string>
  /** Called for every failure that becomes a 5xx. */
  readonly onError: (error: unknown, requestId: string) => void
  /**
   * Called after every reply. The `detail` of a refusal may contain names that the caller chose, but no value and no secret:
   * show it on a terminal, but do not log it.
   */
  readonly onResponse?: (request: Answered, detail?: string) => void
  /** The origins that may call the API from a browser, `*` for any. @default none */
  readonly origins?: readonly string[]
  /** The rate limit of each key on this server. @default unlimited */
  readonly rate?: Buckets
  /** The capacity of this server, shared among projects. @default unlimited */
  readonly capacity?: Capacity
  /** The files of the dashboard, served at `/`. @default no dashboard */
  readonly dashboard?: DashboardFiles
}

/** The engine under the store, as `/v1/health` describes it. */
export interface Engine {
  readonly name: string
  /** Its guarantees, one sentence each. */
  readonly promises: readonly string[]
}

/** Hono's environment: the variables that middleware sets for handlers. */
export interface Env {
  Variables: RequestIdVariables & {
    identity?: Identity
    /** The store's time that is left after reading the key. */
    storeBudgetMs?: number
    admission?: Admission
    /** The number of logs in the body of a batch. */
    logCount?: number
    failure?: Failure
    /** The size of the body, set after reading it. */
    bodyBytes?: number
  }
}
