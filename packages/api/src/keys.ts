import { create } from '@runmeta/core/auth/key/create'
import { list } from '@runmeta/core/auth/key/list'
import { revoke } from '@runmeta/core/auth/key/revoke'
import { readFields } from '@runmeta/core/json/body'
import { CreateKey } from '@runmeta/schema/access'
import { Hono } from 'hono'
import { contextOf } from './auth.ts'
import { requires } from './authorize.ts'
import type { Deps, Env } from './env.ts'
import { bodyText, json, parse, query } from './input.ts'
import { reply } from './reply.ts'

/** `/v1/keys`: create, list, revoke. */
export const keys = (deps: Deps) =>
  new Hono<Env>()
    .post('/', requires({ role: 'admin' }), query(), json, async (c) => {
      const input = parse(CreateKey, readFields(await bodyText(c)))
      return reply(c, await create(contextOf(c, deps), input), 201, { 'cache-control': 'no-store' })
    })
    .get('/', requires({ role: 'admin', cost: 2 }), query(), async (c) =>
      reply(c, { keys: await list(contextOf(c, deps)) }),
    )
    .delete('/:id{[^/]*}', requires({ role: 'admin' }), query(), async (c) => {
      await revoke(contextOf(c, deps), c.req.param('id'))
      return c.body(null, 204)
    })
