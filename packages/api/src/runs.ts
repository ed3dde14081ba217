import { CONTENT_FIELDS, readFields, readLog } from '@runmeta/core/json/body'
import { get, runJson } from '@runmeta/core/metadata/get'
import { history, historyJson } from '@runmeta/core/metadata/history'
import { unset } from '@runmeta/core/metadata/unset'
import { write } from '@runmeta/core/metadata/write'
import { create } from '@runmeta/core/run/create'
import { remove } from '@runmeta/core/run/delete'
import { update } from '@runmeta/core/run/update'
import { present } from '@runmeta/core/table/attribute'
import { ExactQuery, HistoryQuery, ReadQuery, UnsetQuery } from '@runmeta/schema/query'
import { CreateRun, LogOptions, UpdateRun } from '@runmeta/schema/run'
import { Hono } from 'hono'
import { contextOf } from './auth.ts'
import { requires } from './authorize.ts'
import type { Deps, Env } from './env.ts'
import { knownStates, tagged, unchanged } from './etag.ts'
import { bodyText, idempotencyKey, json, parse, query } from './input.ts'
import { bodyOf, reply, replyText } from './reply.ts'

/** `/v1/runs`: get or create, read, change, delete, log, unset, history. */
export function runs(deps: Deps) {
  return (
    new Hono<Env>()
      .post('/', requires({ role: 'log', cost: 2 }), query(), json, async (c) => {
        const input = parse(CreateRun, readFields(await bodyText(c)))
        const { run, isNew } = await create(contextOf(c, deps), input)
        return reply(c, run, isNew ? 201 : 200)
      })
      // A reference may be empty, so that the verb says what is wrong with it.
      .get('/:run{[^/]*}', requires({ role: 'read', cost: 2 }), query('at', 'metadataCursor', 'exact'), async (c) => {
        const input = parse(ReadQuery, c.req.query())
        const run = await get(contextOf(c, deps), c.req.param('run'), present(input), knownStates(c))
        if ('knownAs' in run) return unchanged(c, run.knownAs)
        return tagged(c, bodyOf(runJson(run)), { state: run.state })
      })
      .patch('/:run{[^/]*}', requires({ role: 'log' }), query(), json, async (c) => {
        const input = parse(UpdateRun, readFields(await bodyText(c)))
        return reply(c, await update(contextOf(c, deps), c.req.param('run'), input))
      })
      .delete('/:run{[^/]*}', requires({ role: 'admin', cost: 4 }), query(), async (c) => {
        await remove(contextOf(c, deps), c.req.param('run'))
        return c.body(null, 204)
      })
      .post('/:run{[^/]*}/metadata', requires({ role: 'log', tokens: true }), query('exact'), json, async (c) => {
        const { exact } = parse(ExactQuery, c.req.query())
        const body = readLog(await bodyText(c))
        const input = parse(LogOptions, body.fields, CONTENT_FIELDS)
        const options = present({ ...input, exact, idempotencyKey: idempotencyKey(c) })
        return reply(c, await write(contextOf(c, deps), c.req.param('run'), body, options), 201)
      })
      .delete(
        '/:run{[^/]*}/metadata',
        requires({ role: 'log' }),
        query('key', 'step', 'createdAt', 'exact'),
        async (c) => {
          const { exact, ...input } = parse(UnsetQuery, c.req.query())
          const options = present({ ...input, isExact: exact, idempotencyKey: idempotencyKey(c) })
          await unset(contextOf(c, deps), c.req.param('run'), options)
          return c.body(null, 204)
        },
      )
      .get(
        '/:run{[^/]*}/history',
        requires({ role: 'read', cost: 2 }),
        query('key', 'step', 'limit', 'cursor', 'exact'),
        async (c) => {
          const { exact, ...input } = parse(HistoryQuery, c.req.query())
          const page = await history(contextOf(c, deps), c.req.param('run'), present({ ...input, isExact: exact }))
          return replyText(c, historyJson(page))
        },
      )
  )
}
