import type { Context } from '@runmeta/core/context'

/** The caller, as identified by its API key or run token. */
export interface Identity extends Pick<Context, 'project' | 'author' | 'role' | 'keyExpiresAt'> {
  /** The id of a run token's run; absent for an API key. */
  readonly run?: string
}
