import { Failure } from '@runmeta/core/failure'
import { CONTENT_FIELDS, readLog } from '@runmeta/core/json/body'
import { readLogTexts } from '@runmeta/core/json/log-texts'
import { newLog } from '@runmeta/core/metadata/write'
import { type Settled, type TargetedLog, writeMany } from '@runmeta/core/metadata/write-many'
import { ExactQuery } from '@runmeta/schema/history'
import { ManyLogOptions } from '@runmeta/schema/run'
import { type Context, Hono } from 'hono'
import { contextOf } from './auth.ts'
import { requires } from './authorize.ts'
import type { Deps, Env } from './env.ts'
import { bodyText, json, parse, query } from './input.ts'
import { problemOfError } from './problem.ts'
import { reply } from './reply.ts'

type Read = { readonly log: TargetedLog } | { readonly error: unknown }

function readOne(text: string, isExact: boolean): Read {
  try {
    const body = readLog(text)
    const { run, ...options } = parse(ManyLogOptions, body.fields, CONTENT_FIELDS)
    return { log: { run, ...newLog(body, { exact: isExact, ...options }) } }
  } catch (error) {
    return { error }
  }
}

const isUnavailable = (result: Settled): result is { readonly error: Failure } =>
  'error' in result && result.error instanceof Failure && result.error.code === 'store_unavailable'

/** The results of all logs, in order. @throws Failure `store_unavailable` if the store failed for every log. */
async function settle(c: Context<Env>, deps: Deps, reads: readonly Read[]): Promise<Settled[]> {
  const logs = reads.flatMap((read) => ('log' in read ? [read.log] : []))
  const written = [...(await writeMany(contextOf(c, deps), logs))]
  const results = reads.map((read): Settled => ('log' in read ? (written.shift() ?? { error: undefined }) : read))
  const [first] = results
  if (first !== undefined && isUnavailable(first) && results.every(isUnavailable)) throw first.error
  return results
}

/** `/v1/metadata`: many logs in one request. */
export const many = (deps: Deps) =>
  new Hono<Env>().post('/', requires({ role: 'log', places: 16 }), query('exact'), json, async (c) => {
    const { exact } = parse(ExactQuery, c.req.query())
    const texts = readLogTexts(await bodyText(c))
    c.set('logCount', texts.length)
    const settled = await settle(
      c,
      deps,
      texts.map((text) => readOne(text, exact)),
    )
    const results = settled.map((result) =>
      'error' in result ? problemOfError(deps, c.get('requestId'), result.error) : { status: 201, ...result.receipt },
    )
    return reply(c, { results })
  })
