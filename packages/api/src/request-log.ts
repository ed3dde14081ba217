import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { Deps, Env } from './env.ts'
import type { Identity } from './identity.ts'

/** The methods that a log may name: any other word is the caller's own. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PATCH', 'DELETE', 'PUT', 'OPTIONS', 'TRACE'])
/** What a part of a path has to look like, which a log need not show. */
const RULE = /\{[^}]*\}/g

/** Tells of each request once it is answered. */
export function logRequests({ onResponse }: Pick<Deps, 'onResponse'>): MiddlewareHandler<Env> {
  if (onResponse === undefined) return (_, next) => next()
  return async function logged(c, next) {
    const began = performance.now()
    await next()
    // There is none where nobody was let in.
    const identity: Identity | undefined = c.get('identity')
    onResponse({
      requestId: c.get('requestId'),
      method: METHODS.has(c.req.method) ? c.req.method : 'other',
      route: routePath(c, -1).replace(RULE, ''),
      status: c.res.status,
      duration: Math.round((performance.now() - began) * 10) / 10,
      ...(identity === undefined ? {} : { project: identity.project, key: identity.author.keyId }),
    })
  }
}
