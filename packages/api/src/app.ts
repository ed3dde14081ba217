import { Failure } from '@runmeta/core/failure'
import { Hono } from 'hono'
import { requestId } from 'hono/request-id'
import { assertAllGuarded } from './authorize.ts'
import { dashboard } from './dashboard/routes.ts'
import type { Deps, Env } from './env.ts'
import { crossOrigin, safe } from './headers.ts'
import { target } from './input.ts'
import { keys } from './keys.ts'
import { logs } from './logs.ts'
import { many } from './many.ts'
import { problems, refuse } from './problem.ts'
import { logRequests } from './request-log.ts'
import { runs } from './runs.ts'
import { search } from './search.ts'
import { system } from './system.ts'
import { tokens } from './tokens.ts'

/** The API as a Hono app. It knows no runtime: `app.fetch` serves it on any, `app.request` in a test. */
export function createApp(deps: Deps): Hono<Env> {
  const app = new Hono<Env>()
  app.use(
    requestId(),
    logRequests(deps, () => app.routes),
    safe,
    crossOrigin(deps),
    target,
  )
  app.route('/', system(deps))
  app.route('/v1/runs', runs(deps))
  app.route('/v1/runs', logs(deps))
  app.route('/v1/runs', search(deps))
  app.route('/v1/runs', tokens(deps))
  app.route('/v1/metadata', many(deps))
  app.route('/v1/keys', keys(deps))
  if (deps.dashboard !== undefined) app.route('/', dashboard(deps.dashboard))
  assertAllGuarded(app)
  refuseOtherMethods(app)
  app.notFound((c) =>
    refuse(c, new Failure('not_found', 'url: there is nothing at this path; GET /openapi.json lists the calls')),
  )
  app.onError(problems(deps))
  return app
}

/** What a route's path takes: each parameter as its own expression says. */
const patternOf = (path: string): RegExp => new RegExp(`^${path.replaceAll(/:\w+\{([^}]*)\}/g, '$1')}$`)

/** Answers 405 on every path that has a route, to the methods it has none for. */
function refuseOtherMethods(app: Hono<Env>): void {
  const routes = app.routes.filter(({ method }) => method !== 'ALL')
  // A path that is named whole comes before the one whose parameter it could be, and takes the methods of both.
  const paths = [...new Set(routes.map(({ path }) => path))].sort(
    (one, other) => Number(one.includes(':')) - Number(other.includes(':')),
  )
  for (const path of paths) {
    const taken = routes.filter((route) => route.path === path || patternOf(route.path).test(path))
    const known = [...new Set(taken.map(({ method }) => method))]
    const allow = known.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ')
    app.all(path, (c) => {
      const detail = `method: ${c.req.method.slice(0, 20)} is not for this path; it takes ${allow}`
      return refuse(c, new Failure('method_not_allowed', detail), { allow })
    })
  }
}
