import { Failure } from '@runmeta/core/failure'
import { type Context, Hono } from 'hono'
import { every } from 'hono/combine'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { requestId } from 'hono/request-id'
import { auth } from './auth.ts'
import { assertAllGuarded } from './authorize.ts'
import { dashboard } from './dashboard/routes.ts'
import type { Deps, Env } from './env.ts'
import { crossOrigin, safe } from './headers.ts'
import { target } from './input.ts'
import { keys } from './keys.ts'
import { fair } from './limit/fair.ts'
import { rated } from './limit/rated.ts'
import { logs } from './logs.ts'
import { many } from './many.ts'
import { problems, refuse } from './problem.ts'
import { logRequests } from './request-log.ts'
import { runs } from './runs.ts'
import { search } from './search.ts'
import { system } from './system.ts'
import { tokens } from './tokens.ts'

/** The paths that need a key, with everything below them. */
const GUARDED = ['/v1/runs/*', '/v1/metadata/*', '/v1/keys/*']

/** The API as a Hono app. It knows no runtime: `app.fetch` serves it on any, `app.request` in a test. */
export function createApp(deps: Deps): Hono<Env> {
  const app = new Hono<Env>()
  app.use(
    requestId(),
    logRequests(deps, () => app.routes),
    safe,
    crossOrigin(deps),
    target,
    methodNotAllowed({ app, onMethodNotAllowed: otherMethod }),
  )
  const guarded = every(auth(deps), rated(deps.rate), fair(deps.capacity))
  for (const path of GUARDED) app.use(path, guarded)
  app.route('/', system(deps))
  app.route('/v1/runs', runs(deps))
  app.route('/v1/runs', logs(deps))
  app.route('/v1/runs', search(deps))
  app.route('/v1/runs', tokens(deps))
  app.route('/v1/metadata', many(deps))
  app.route('/v1/keys', keys(deps))
  if (deps.dashboard !== undefined) app.route('/', dashboard(deps.dashboard))
  assertAllGuarded(app)
  app.notFound((c) =>
    refuse(c, new Failure('not_found', 'url: no call has this path; GET /openapi.json lists the calls')),
  )
  app.onError(problems(deps))
  return app
}

function otherMethod(c: Context, methods: readonly string[]): Response {
  const allow = methods.join(', ')
  const detail = `method: ${c.req.method.slice(0, 20)} is not supported by this path; use ${allow}`
  return refuse(c, new Failure('method_not_allowed', detail), { allow })
}
