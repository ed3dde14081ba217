import { Failure } from '@runmeta/core/failure'
import { CONTENT_FIELDS, readLog } from '@runmeta/core/json/body'
import { readLogTexts } from '@runmeta/core/json/log-texts'
import { newLog } from '@runmeta/core/metadata/write'
import { type Settled, settled, type TargetedLog, writeMany } from '@runmeta/core/metadata/write-many'
import { present } from '@runmeta/core/table/attribute'
import { ExactQuery } from '@runmeta/schema/query'
import { ManyLogOptions } from '@runmeta/schema/run'
import { type Context, Hono } from 'hono'
import { contextOf } from './auth.ts'
import { requires } from './authorize.ts'
import type { Deps, Env } from './env.ts'
import { bodyText, json, parse, query } from './input.ts'
import { problemOfError } from './problem.ts'
import { reply } from './reply.ts'

function readOne(text: string, isExact: boolean): TargetedLog {
  if (!text.startsWith('{')) throw new Failure('bad_request', 'log: must be a JSON object')
  const body = readLog(text)
  const { run, exact = isExact, ...options } = parse(ManyLogOptions, body.fields, CONTENT_FIELDS)
  return { run, ...newLog(body, present({ exact, ...options })) }
}

const isUnavailable = (result: Settled<unknown>): result is { readonly error: Failure } =>
  'error' in result && result.error instanceof Failure && result.error.code === 'store_unavailable'

/** The receipts of all logs, in order. @throws Failure `store_unavailable` if the store failed for every log. */
async function writeAll(c: Context<Env>, deps: Deps, reads: readonly Settled<TargetedLog>[]) {
  const logs = reads.flatMap((read) => ('value' in read ? [read.value] : []))
  const written = (await writeMany(contextOf(c, deps), logs)).values()
  const results = reads.map((read) => ('error' in read ? read : (written.next().value ?? { error: undefined })))
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
    const reads = await Promise.all(texts.map((text) => settled(() => readOne(text, exact))))
    const results = (await writeAll(c, deps, reads)).map((result) =>
      'error' in result ? problemOfError(deps, c.get('requestId'), result.error) : { status: 201, ...result.value },
    )
    return reply(c, { results })
  })
