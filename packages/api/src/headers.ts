import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import type { Deps, Env } from './env.ts'

/** Headers of every reply: a browser must not render it as a page, cache it or guess its type. */
export const SAFE_HEADERS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
} as const

/** A reply's own headers override them. */
export const safe: MiddlewareHandler<Env> = async function safe(c, next) {
  for (const [name, value] of Object.entries(SAFE_HEADERS)) c.header(name, value)
  await next()
}

/** The longest time for which any browser caches a preflight. */
const PREFLIGHT_MAX_AGE_SECONDS = 7200

/** Lets pages of these origins call the API in a browser. Keys are in a header, so cookies need not be allowed. */
export function crossOrigin({ origins = [] }: Pick<Deps, 'origins'>): MiddlewareHandler<Env> {
  if (origins.length === 0) return (_, next) => next()
  const allow = cors({
    origin: origins.includes('*') ? '*' : [...origins],
    allowMethods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
    allowHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'If-None-Match', 'X-Request-Id'],
    exposeHeaders: ['ETag', 'Retry-After', 'WWW-Authenticate', 'X-Request-Id'],
    maxAge: PREFLIGHT_MAX_AGE_SECONDS,
  })
  return async function crossOrigin(c, next) {
    // Any other OPTIONS request continues and gets a 405: no route supports the method.
    const isAsked = c.req.method !== 'OPTIONS' || c.req.header('access-control-request-method') !== undefined
    return isAsked ? allow(c, next) : next()
  }
}
