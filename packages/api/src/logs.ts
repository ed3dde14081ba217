import { logsJson, logs as readLogs } from '@runmeta/core/metadata/logs'
import { present } from '@runmeta/core/table/attribute'
import { PageQuery } from '@runmeta/schema/query'
import { Hono } from 'hono'
import { contextOf } from './auth.ts'
import { requires } from './authorize.ts'
import type { Deps, Env } from './env.ts'
import { parse, query } from './input.ts'
import { replyText } from './reply.ts'

/** `/v1/runs/{run}/logs`: all logs of a run, to copy it. */
export const logs = (deps: Deps) =>
  new Hono<Env>().get(
    '/:run{[^/]*}/logs',
    requires({ role: 'read', cost: 2 }),
    query('limit', 'cursor', 'exact'),
    async (c) => {
      const { exact, ...input } = parse(PageQuery, c.req.query())
      const page = await readLogs(contextOf(c, deps), c.req.param('run'), present({ ...input, isExact: exact }))
      return replyText(c, logsJson(page))
    },
  )
