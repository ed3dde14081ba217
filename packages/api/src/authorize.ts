import { Failure } from '@runmeta/core/failure'
import { canonicalId } from '@runmeta/schema/id'
import { isEnough, type Role } from '@runmeta/schema/role'
import type { Context, Hono, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import { identityOf } from './auth.ts'
import type { Env } from './env.ts'

/** What a route needs. Authorization, the rate limit and fairness all use it. */
export interface Needs {
  /** The lowest role that may call the route. */
  readonly role: Role
  /** Whether a run token may call it for its own run. @default false */
  readonly tokens?: boolean
  /** What the call itself counts towards a key's rate, in units of a small log. @default 1 */
  readonly cost?: number
  /** How many of the server's places a request takes. @default cost */
  readonly places?: number
}

export type RouteGuard = MiddlewareHandler<Env> & { readonly needs: Needs | 'nothing' }

const isGuard = (handler: object): handler is RouteGuard => 'needs' in handler

const guard = (needs: RouteGuard['needs'], check: MiddlewareHandler<Env>): RouteGuard => Object.assign(check, { needs })

/** The needs of the route that matches the request, if any. */
export function needsOf(c: Context<Env>): Needs | undefined {
  for (const { handler } of matchedRoutes(c)) {
    if (isGuard(handler)) return handler.needs === 'nothing' ? undefined : handler.needs
  }
  return undefined
}

const forbidden = (needed: Role, why: string): Failure =>
  new Failure('forbidden', `authorization: this call needs a key with the role ${needed} or higher; ${why}`)

/** A route that needs no key. */
export const publicRoute = (): RouteGuard =>
  guard('nothing', async function publicRoute(_, next) {
    await next()
  })

/**
 * Declares what a route needs, and refuses callers that lack it. It must be the first handler of the route, so that a refused
 * caller learns nothing else about the call.
 */
export const requires = (needs: Needs): RouteGuard =>
  guard(needs, async function requires(c, next) {
    const { role, run } = identityOf(c)
    if (run !== undefined && !(needs.tokens && canonicalId(c.req.param('run') ?? '') === run))
      throw forbidden(needs.role, 'a run token can only log to its own run, given by its id')
    if (!isEnough(role, needs.role)) throw forbidden(needs.role, `this key has the role ${role}`)
    await next()
  })

/**
 * Checks that the first handler of each route says what the route needs: a route without one would be open to everyone.
 * @throws Error that names the route
 */
export function assertAllGuarded({ routes }: Pick<Hono<Env>, 'routes'>): void {
  const first = new Map<string, object>()
  for (const { method, path, handler } of routes) {
    // Skip middleware.
    if (method === 'ALL' && path.endsWith('*')) continue
    const route = `${method} ${path}`
    if (!first.has(route)) first.set(route, handler)
  }
  for (const [route, handler] of first) {
    if (!isGuard(handler)) throw new Error(`${route} does not say what it needs: begin it with requires(…)`)
  }
}
