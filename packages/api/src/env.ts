import type { Signer } from '@runmeta/core/auth/token/signer'
import type { Server } from '@runmeta/core/context'
import type { Failure } from '@runmeta/core/failure'
import type { RequestIdVariables } from 'hono/request-id'
import type { Answered } from './answered.ts'
import type { DashboardFiles } from './dashboard/files.ts'
import type { Identity } from './identity.ts'
import type { Admission, Capacity } from './limit/admission.ts'
import type { Buckets } from './limit/bucket.ts'

/** What the API depends on. */
export interface Deps {
  readonly server: Server
  /** The key of the role `root`, which acts in project `default`. */
  readonly rootKey: string
  /** Signs run tokens. */
  readonly signer: Signer
  readonly engine: Engine
  /** The OpenAPI document, read where it is asked for. */
  readonly openapi: () => Promise<string>
  /** Told of every failure that a caller sees as a 5xx. */
  readonly onError: (error: unknown, requestId: string) => void
  /**
   * Told of every request once it is answered; nobody is by default. The `detail` of a refusal may have names that the caller
   * chose, never a value or a secret: show it on a terminal, do not keep it in a log.
   */
  readonly onResponse?: (request: Answered, detail?: string) => void
  /** The origins whose pages may call the API in a browser, `*` for any; none by default. */
  readonly origins?: readonly string[]
  /** The rate of a key on this server, in units of a small log; unlimited by default. */
  readonly rate?: Buckets
  /** What this server does at once, shared among projects; unlimited by default. */
  readonly capacity?: Capacity
  /** The files of the dashboard, served at `/`. @default no dashboard */
  readonly dashboard?: DashboardFiles
}

/** The engine under the store, as `/v1/health` describes it. */
export interface Engine {
  readonly name: string
  /** What it promises, a sentence each. */
  readonly promises: readonly string[]
}

/** Hono's environment: what middleware leaves for handlers. */
export interface Env {
  Variables: RequestIdVariables & {
    identity?: Identity
    /** Milliseconds of the store's time that are left once the key was looked at. */
    storeBudgetMs?: number
    /** The way in of a request that has to wait for its turn. */
    admission?: Admission
    /** How many logs the body has, where it may have several. */
    logCount?: number
    /** What the request was refused with. */
    failure?: Failure
    /** The size of the body, once it was read. */
    bodyBytes?: number
  }
}
