import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import type { Env } from './env.ts'

const TAG_BYTES = 16

/** The tags of an `If-None-Match`, weak ones as their strong ones: RFC 9110 compares them weakly there. */
const tagsOf = (header: string): string[] => header.split(',').map((tag) => tag.trim().replace(/^W\//, ''))

/** Replies with a body and its `ETag`, or with 304 if the caller has it already. */
export function tagged(c: Context<Env>, body: string, type = 'application/json'): Response {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, TAG_BYTES)}"`
  const known = tagsOf(c.req.header('if-none-match') ?? '')
  if (known.includes(etag) || known.includes('*')) return c.body(null, 304, { etag })
  return c.body(body, 200, { 'content-type': type, etag })
}
