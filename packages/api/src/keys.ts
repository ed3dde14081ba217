import { create } from '@runmeta/core/auth/key/create'
import { list } from '@runmeta/core/auth/key/list'
import { revoke } from '@runmeta/core/auth/key/revoke'
import { readFields } from '@runmeta/core/json/body'
import { CreateKey } from '@runmeta/schema/access'
import { Hono } from 'hono'
import { acting, auth } from './auth.ts'
import { needs } from './door.ts'
import type { Deps, Env } from './env.ts'
import { bodyText, json, parse, query } from './input.ts'
import { fair } from './limit/fair.ts'
import { rated } from './limit/rated.ts'

/** `/v1/keys`: make, list, revoke. */
export const keys = (deps: Deps) =>
  new Hono<Env>()
    .use(auth(deps), rated(deps.rate), fair(deps.capacity))
    .post('/', needs('admin'), query(), json, async (c) => {
      const input = parse(CreateKey, readFields(await bodyText(c)))
      return c.json(await create(acting(c, deps), input), 201, { 'cache-control': 'no-store' })
    })
    .get('/', needs('admin'), query(), async (c) => c.json({ keys: await list(acting(c, deps)) }))
    .delete('/:id{[^/]*}', needs('admin'), query(), async (c) => {
      await revoke(acting(c, deps), c.req.param('id'))
      return c.body(null, 204)
    })
