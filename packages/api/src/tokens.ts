import { issue } from '@runmeta/core/auth/token/issue'
import { readFields } from '@runmeta/core/json/body'
import { CreateToken } from '@runmeta/schema/access'
import { Hono } from 'hono'
import { contextOf, issuing } from './auth.ts'
import { requires } from './authorize.ts'
import type { Deps, Env } from './env.ts'
import { bodyText, json, parse, query } from './input.ts'
import { reply } from './reply.ts'

/** `/v1/runs/{run}/token`: a token to hand to a step. */
export function tokens(deps: Deps) {
  const by = issuing(deps)
  return new Hono<Env>().post('/:run{[^/]*}/token', requires({ role: 'log' }), query(), json, async (c) => {
    const input = parse(CreateToken, readFields(await bodyText(c)))
    const token = await issue(contextOf(c, deps), by, c.req.param('run'), input)
    return reply(c, token, 201, { 'cache-control': 'no-store' })
  })
}
