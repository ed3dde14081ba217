import { createHash, timingSafeEqual } from 'node:crypto'
import type { Context as Acting } from '@runmeta/core/context'
import { Failure } from '@runmeta/core/failure'
import type { Context, MiddlewareHandler } from 'hono'
import type { Deps, Env } from './env.ts'

const BEARER = /^Bearer +(\S+) *$/i
const hash = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Lets a request in by its key, and says for whom it acts. Hashes are compared, so lengths do not tell either. */
export function auth({ rootKey }: Pick<Deps, 'rootKey'>): MiddlewareHandler<Env> {
  const root = hash(rootKey)
  return async function auth(c, next) {
    const [, key] = BEARER.exec(c.req.header('authorization') ?? '') ?? []
    if (key === undefined)
      throw new Failure('unauthorized', 'authorization: send an API key as "Authorization: Bearer <key>"')
    if (!timingSafeEqual(hash(key), root)) throw new Failure('unauthorized', 'authorization: no such API key')
    c.set('identity', { project: 'default', author: { keyId: 'root', keyName: 'root', isToken: false } })
    await next()
  }
}

/** Milliseconds a request's calls to the store may take in all: a caller hears of a store that is gone within 15 s. */
const STORE_TIME = 12_000

/** What a verb is given. Made once the body is there: a slow caller takes nothing of the store's time. */
export const acting = (c: Context<Env>, { server }: Pick<Deps, 'server'>): Acting => ({
  ...server,
  ...c.get('identity'),
  store: server.store.until(AbortSignal.timeout(STORE_TIME)),
})
