import { hash } from 'node:crypto'
import type { Context } from 'hono'
import { encoded } from './encoding.ts'
import type { Env } from './env.ts'

/**
 * An `ETag` is `"content"`, or `"state-content"` for a run, and ends in `-gzip` if the body is compressed: RFC 9110 requires
 * different tags for that. The state is known before values are loaded, so a request for an unchanged run loads none. The
 * content stays the same if equal values are logged again.
 */
interface KnownTag {
  readonly etag: string
  readonly state: string | undefined
  readonly content: string | undefined
}

const ETAG = /^"(?:([0-9a-f]+)-)?([0-9a-f]+)(?:-gzip)?"$/
const HASH_CHARACTERS = 20

const hashOf = (body: string): string => hash('sha256', body, 'hex').slice(0, HASH_CHARACTERS)

/** The tags of `If-None-Match`. RFC 9110 ignores there whether a tag is weak. */
function knownTags(c: Context<Env>): KnownTag[] {
  const header = c.req.header('if-none-match')
  if (header === undefined) return []
  return header.split(',').map((text) => {
    const etag = text.trim().replace(/^W\//, '')
    const [, state, content] = ETAG.exec(etag) ?? []
    return { etag, state, content }
  })
}

/** The states of a run that the caller has, each with its `ETag`. */
export const knownStates = (c: Context<Env>): ReadonlyMap<string, string> =>
  new Map(knownTags(c).flatMap(({ etag, state }) => (state === undefined ? [] : [[state, etag]])))

export const unchanged = (c: Context<Env>, etag: string): Response => c.body(null, 304, { etag })

interface TaggedOptions {
  readonly state?: string | undefined
  /** @default application/json */
  readonly type?: string
}

/** Replies with a body and its `ETag`, or with 304 if the caller has it already. */
export async function tagged(
  c: Context<Env>,
  body: string,
  { state, type = 'application/json' }: TaggedOptions = {},
): Promise<Response> {
  const content = hashOf(body)
  const tag = state === undefined ? content : `${state}-${content}`
  if (knownTags(c).some((known) => known.content === content || known.etag === '*')) return unchanged(c, `"${tag}"`)
  const sent = await encoded(c, body)
  const suffix = typeof sent === 'string' ? '' : '-gzip'
  return c.body(sent, 200, { 'content-type': type, etag: `"${tag}${suffix}"` })
}
