import { Failure } from '@runmeta/core/failure'
import { canonicalId } from '@runmeta/schema/id'
import { isEnough, type Role } from '@runmeta/schema/role'
import type { Hono, MiddlewareHandler } from 'hono'
import { identityOf } from './auth.ts'
import type { Env } from './env.ts'

/** What a route declares of itself: the role that it needs, or that it is open to everyone. */
export type RouteGuard = MiddlewareHandler<Env> & { readonly needed: Role | 'nothing' }

const isGuard = (handler: object): handler is RouteGuard => 'needed' in handler

const guard = (needed: RouteGuard['needed'], check: MiddlewareHandler<Env>): RouteGuard =>
  Object.assign(check, { needed })

const forbidden = (needed: Role, why: string): Failure =>
  new Failure('forbidden', `authorization: this call needs a key of the role ${needed} or higher; ${why}`)

/** Open to everyone: no key is looked at. */
export const publicRoute = (): RouteGuard =>
  guard('nothing', async function needsNothing(_, next) {
    await next()
  })

/**
 * Needs a key of this role or a higher one. A run token is let in where `tokens` says so, to its own run, named by its id.
 * It stands first on its route, so that nobody hears more of a call than that it is not for them.
 */
export const requireRole = (needed: Role, { tokens = false }: { readonly tokens?: boolean } = {}): RouteGuard =>
  guard(needed, async function needs(c, next) {
    const { role, run } = identityOf(c)
    if (run !== undefined && !(tokens && canonicalId(c.req.param('run') ?? '') === run))
      throw forbidden(needed, 'a run token logs to its own run, named by its id, and does nothing else')
    if (!isEnough(role, needed)) throw forbidden(needed, `the one that was sent has the role ${role}`)
    await next()
  })

/**
 * Sees that each route begins with a door: one that was forgotten must not be open, so there is no app with such a route.
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
    if (!isGuard(handler)) throw new Error(`${route} does not say what role it needs: begin it with requireRole(…)`)
  }
}
