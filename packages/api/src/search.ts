import { Failure } from '@runmeta/core/failure'
import { readFieldsWithText } from '@runmeta/core/json/body'
import type { Condition } from '@runmeta/core/search/condition'
import { pageJson } from '@runmeta/core/search/page'
import { checkPointer, conditionFromText, conditionsFromJson, limited } from '@runmeta/core/search/parse'
import type { Order, SearchQuery } from '@runmeta/core/search/query'
import * as Search from '@runmeta/core/search/search'
import { present } from '@runmeta/core/table/attribute'
import * as Schema from '@runmeta/schema/search'
import { type Context, Hono } from 'hono'
import type * as z from 'zod/mini'
import { contextOf } from './auth.ts'
import { requires } from './authorize.ts'
import type { Deps, Env } from './env.ts'
import { bodyText, json, parse, query, queryWith } from './input.ts'
import { replyText } from './reply.ts'

const REPEATABLE = ['id', 'pipeline', 'status', 'where', 'select', 'include']
const PARAMETERS = ['name', 'nameContains', 'createdAfter', 'createdBefore', 'order', 'limit', 'cursor']

type Filters = Omit<z.output<typeof Schema.SearchBody>, 'where'>

function orderOf(text: string): Order {
  const isDescending = text.startsWith('-')
  const by = isDescending ? text.slice(1) : text
  return { by: by === 'createdAt' ? by : checkPointer(by, 'order'), isDescending }
}

function queryOf(
  { limit: asked, include, select, order, ...filters }: Filters,
  where: readonly Condition[],
): SearchQuery {
  const isWhole = include.length > 0
  const limit = Schema.pageLimit(asked, isWhole)
  if (typeof limit === 'string') throw new Failure('bad_request', `limit: ${limit}`)
  return {
    ...present({ ...filters, order: order === undefined ? undefined : orderOf(order) }),
    where: limited(where),
    select: [...new Set(select)].map((pointer, at) => checkPointer(pointer, `select[${at}]`)),
    isWhole,
    limit,
  }
}

/** The query parameters, with each repeatable one as a list. */
function parametersOf(c: Context<Env>): Record<string, unknown> {
  const given = c.req.queries()
  return Object.fromEntries(
    Object.entries(given).map(([name, values]) => [name, REPEATABLE.includes(name) ? values : values[0]]),
  )
}

/** `/v1/runs`: list and search. */
export function search(deps: Deps) {
  const reply = async (c: Context<Env>, asked: SearchQuery) =>
    replyText(c, pageJson(await Search.search(contextOf(c, deps), asked)))
  return new Hono<Env>()
    .get('/', requires({ role: 'read', cost: 4 }), queryWith([...PARAMETERS, ...REPEATABLE], REPEATABLE), async (c) => {
      const { where, id, ...filters } = parse(Schema.SearchQuery, parametersOf(c))
      const conditions = where.map((text, at) => conditionFromText(text, `where[${at}]`))
      return reply(c, queryOf(present({ ...filters, ids: id }), conditions))
    })
    .post('/search', requires({ role: 'read', cost: 4 }), query(), json, async (c) => {
      const { where, ...filters } = parse(Schema.SearchBody, readFieldsWithText(await bodyText(c), 'where'))
      return reply(c, queryOf(filters, typeof where === 'string' ? conditionsFromJson(where) : []))
    })
}
