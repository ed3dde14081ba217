import { keyOfText, rootApiKey, unauthorized } from '@runmeta/core/auth/key/find'
import { isToken } from '@runmeta/core/auth/token/text'
import { grantOf, type Issuing } from '@runmeta/core/auth/token/verify'
import type { Context as Acting, ApiKey } from '@runmeta/core/context'
import { present } from '@runmeta/core/table/attribute'
import type { Context, MiddlewareHandler } from 'hono'
import type { Deps, Env } from './env.ts'
import type { Identity } from './identity.ts'

const BEARER = /^Bearer +(\S+) *$/i

/** Milliseconds a request's calls to the store may take in all: a caller hears of a store that is gone within 15 s. */
const STORE_BUDGET_MS = 12_000

/** What run tokens hang on. */
export const issuing = ({ rootKey, signer }: Pick<Deps, 'rootKey' | 'signer'>): Issuing => ({
  signer,
  root: rootApiKey(rootKey),
})

const byKey = ({ id, name, project, role, expiresAt }: ApiKey): Identity => ({
  project,
  author: { keyId: id, keyName: name, isToken: false },
  role,
  ...present({ keyExpiresAt: expiresAt }),
})

/** A token acts in the name of its issuer, whatever that may do besides: it logs. */
function byToken(issuer: ApiKey, run: string): Identity {
  const { project, author } = byKey(issuer)
  return { project, author: { ...author, isToken: true }, role: 'log', run }
}

async function identify(deps: Deps, tokens: Issuing, shown: string): Promise<Identity> {
  if (!isToken(shown)) return byKey(await keyOfText(deps.server, tokens.root, shown))
  const { issuer, runId } = await grantOf(deps.server, tokens, shown)
  return byToken(issuer, runId)
}

/** Identifies the caller by the API key or the run token of the request. What the caller may do, `requires` checks. */
export function auth(deps: Deps): MiddlewareHandler<Env> {
  const tokens = issuing(deps)
  return async function auth(c, next) {
    const [, shown] = BEARER.exec(c.req.header('authorization') ?? '') ?? []
    if (shown === undefined) throw unauthorized('send an API key as "Authorization: Bearer <key>"')
    const began = performance.now()
    c.set('identity', await identify(deps, tokens, shown))
    c.set('storeBudgetMs', Math.max(1, STORE_BUDGET_MS - Math.ceil(performance.now() - began)))
    return next()
  }
}

/** The identity of a request that was let in. */
export function identityOf(c: Context<Env>): Identity {
  const identity = c.get('identity')
  if (identity === undefined) throw new Error(`${c.req.method} ${c.req.routePath} asks for an identity without auth`)
  return identity
}

/** What a verb is given. Made once the body is there: a slow caller takes nothing of the store's time. */
export const contextOf = (c: Context<Env>, { server }: Pick<Deps, 'server'>): Acting => ({
  ...server,
  ...identityOf(c),
  table: server.table.until(AbortSignal.timeout(c.get('storeBudgetMs') ?? STORE_BUDGET_MS)),
})
