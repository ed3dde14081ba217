import type { Context, Hono, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { Deps, Env } from './env.ts'
import type { Identity } from './identity.ts'

type Route = Hono<Env>['routes'][number]

/** The methods that are logged by name. Any other text comes from the caller. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PATCH', 'DELETE', 'PUT', 'OPTIONS', 'TRACE'])
/** The pattern of a path parameter, which the log leaves out. */
const RULE = /\{[^}]*\}/g
/** The other parts of a longer path are logged as one `*`. */
const MAX_PARTS = 8

const isMiddleware = ({ path }: Route): boolean => path.endsWith('*')

/** The fixed words in the paths of the API. */
const wordsOf = (routes: readonly Route[]): ReadonlySet<string> =>
  new Set(routes.flatMap(({ path }) => path.split('/')).filter((part) => !/[:*]/.test(part)))

function shapeOf(path: string, words: ReadonlySet<string>): string {
  const parts = path.split('/').map((part) => (words.has(part) ? part : '*'))
  return [...parts.slice(0, MAX_PARTS), ...(parts.length > MAX_PARTS ? ['*'] : [])].join('/')
}

const patternOf = (c: Context<Env>): string | undefined =>
  matchedRoutes(c)
    .find((route) => !isMiddleware(route))
    ?.path.replace(RULE, '')

/**
 * Calls `onResponse` after each reply.
 * @param routes Returns all routes of the app
 */
export function logRequests(
  { onResponse }: Pick<Deps, 'onResponse'>,
  routes: () => readonly Route[],
): MiddlewareHandler<Env> {
  if (onResponse === undefined) return (_, next) => next()
  let words: ReadonlySet<string> | undefined
  const routeOf = (c: Context<Env>): string => {
    const pattern = patternOf(c)
    if (pattern !== undefined) return pattern
    words ??= wordsOf(routes())
    return shapeOf(c.req.path, words)
  }
  return async function logged(c, next) {
    const began = performance.now()
    await next()
    const identity: Identity | undefined = c.get('identity')
    const failure = c.get('failure')
    onResponse(
      {
        requestId: c.get('requestId'),
        method: METHODS.has(c.req.method) ? c.req.method : 'other',
        route: routeOf(c),
        status: c.res.status,
        ...(failure === undefined ? {} : { code: failure.code }),
        duration: Math.round((performance.now() - began) * 10) / 10,
        ...(identity === undefined ? {} : { project: identity.project, key: identity.author.keyId }),
      },
      failure?.message,
    )
  }
}
