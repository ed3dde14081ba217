import { create } from '@runmeta/core/auth/key/create'
import { list } from '@runmeta/core/auth/key/list'
import { revoke } from '@runmeta/core/auth/key/revoke'
import { readFields } from '@runmeta/core/json/body'
import { CreateKey } from '@runmeta/schema/access'
import { Hono } from 'hono'
import { auth, contextOf } from './auth.ts'
import { requireRole } from './authorize.ts'
import type { Deps, Env } from './env.ts'
import { bodyText, json, parse, query } from './input.ts'
import { fair } from './limit/fair.ts'
import { rated } from './limit/rated.ts'
import { reply } from './reply.ts'

/** `/v1/keys`: make, list, revoke. */
export const keys = (deps: Deps) =>
  new Hono<Env>()
    .use(auth(deps), rated(deps.rate), fair(deps.capacity))
    .post('/', requireRole('admin'), query(), json, async (c) => {
      const input = parse(CreateKey, readFields(await bodyText(c)))
      return reply(c, await create(contextOf(c, deps), input), 201, { 'cache-control': 'no-store' })
    })
    .get('/', requireRole('admin'), query(), async (c) => reply(c, { keys: await list(contextOf(c, deps)) }))
    .delete('/:id{[^/]*}', requireRole('admin'), query(), async (c) => {
      await revoke(contextOf(c, deps), c.req.param('id'))
      return c.body(null, 204)
    })
