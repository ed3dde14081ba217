import type { Context } from '@runmeta/core/context'

/** For whom a request acts, by the key or the token that it showed. */
export interface Identity extends Pick<Context, 'project' | 'author' | 'role' | 'keyExpiresAt'> {
  /** The id of the run that a run token is for; none where a key was shown. */
  readonly run?: string
}
