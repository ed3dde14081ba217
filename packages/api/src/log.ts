import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { Deps, Env, Identity } from './env.ts'

/** A request and its reply as a log shows them: nothing that the caller named, logged or asked for. */
export interface Answered {
  readonly requestId: string
  readonly method: string
  /** The pattern of the path, such as `/v1/runs/:run/metadata`; `*` parts match no call. */
  readonly route: string
  readonly status: number
  /** Milliseconds. */
  readonly duration: number
  /** Of the key that was shown, where it was a good one. */
  readonly project?: string
  readonly key?: string
}

/** The methods that a log may name: any other word is the caller's own. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PATCH', 'DELETE', 'PUT', 'OPTIONS', 'TRACE'])
/** What a part of a path has to look like, which a log need not show. */
const RULE = /\{[^}]*\}/g

/** Tells of each request once it is answered. */
export function logged({ answered }: Pick<Deps, 'answered'>): MiddlewareHandler<Env> {
  if (answered === undefined) return (_, next) => next()
  return async function logged(c, next) {
    const began = performance.now()
    await next()
    // There is none where nobody was let in.
    const identity: Identity | undefined = c.get('identity')
    answered({
      requestId: c.get('requestId'),
      method: METHODS.has(c.req.method) ? c.req.method : 'other',
      route: routePath(c, -1).replace(RULE, ''),
      status: c.res.status,
      duration: Math.round((performance.now() - began) * 10) / 10,
      ...(identity === undefined ? {} : { project: identity.project, key: identity.author.keyId }),
    })
  }
}
