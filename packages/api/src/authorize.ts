import { Failure } from '@runmeta/core/failure'
import { canonicalId } from '@runmeta/schema/id'
import { isEnough, type Role } from '@runmeta/schema/role'
import type { Context, Hono, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import { identityOf } from './auth.ts'
import type { Env } from './env.ts'

/** What a route declares of itself, once; auth, rate and fairness go by it. */
export interface Needs {
  /** The lowest role of a key that it takes. */
  readonly role: Role
  /** Whether it takes a run token, to the token's own run. @default false */
  readonly tokens?: boolean
  /** Units of a small log that it counts towards a key's rate, whatever its body is. @default 1 */
  readonly cost?: number
  /** How many of a server's places it takes while it is worked on. @default cost */
  readonly places?: number
}

/** The first handler of a route. */
export type RouteGuard = MiddlewareHandler<Env> & { readonly needs: Needs | 'nothing' }

const isGuard = (handler: object): handler is RouteGuard => 'needs' in handler

const guard = (needs: RouteGuard['needs'], check: MiddlewareHandler<Env>): RouteGuard => Object.assign(check, { needs })

/** What the route of a request declares; nothing where no route takes it. */
export function needsOf(c: Context<Env>): Needs | undefined {
  for (const { handler } of matchedRoutes(c)) {
    if (isGuard(handler)) return handler.needs === 'nothing' ? undefined : handler.needs
  }
  return undefined
}

const forbidden = (needed: Role, why: string): Failure =>
  new Failure('forbidden', `authorization: this call needs a key of the role ${needed} or higher; ${why}`)

/** Open to everyone: no key is looked at. */
export const publicRoute = (): RouteGuard =>
  guard('nothing', async function publicRoute(_, next) {
    await next()
  })

/**
 * Declares what a route needs, and refuses a caller with less. It is the first handler of the route, so a caller who is not
 * allowed learns nothing else about the call.
 */
export const requires = (needs: Needs): RouteGuard =>
  guard(needs, async function requires(c, next) {
    const { role, run } = identityOf(c)
    if (run !== undefined && !(needs.tokens && canonicalId(c.req.param('run') ?? '') === run))
      throw forbidden(needs.role, 'a run token logs to its own run, named by its id, and does nothing else')
    if (!isEnough(role, needs.role)) throw forbidden(needs.role, `the one that was sent has the role ${role}`)
    await next()
  })

/**
 * Checks that the first handler of each route says what the route needs: a route without one would be open to everyone.
 * @throws Error that names the route
 */
export function assertAllGuarded({ routes }: Pick<Hono<Env>, 'routes'>): void {
  const first = new Map<string, object>()
  for (const { method, path, handler } of routes) {
    // Middleware of many routes.
    if (method === 'ALL' && path.endsWith('*')) continue
    const route = `${method} ${path}`
    if (!first.has(route)) first.set(route, handler)
  }
  for (const [route, handler] of first) {
    if (!isGuard(handler)) throw new Error(`${route} does not say what it needs: begin it with requires(…)`)
  }
}
