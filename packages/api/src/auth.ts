import { keyOfText, rootApiKey, unauthorized } from '@runmeta/core/auth/key/find'
import { isToken } from '@runmeta/core/auth/token/text'
import { grantOf, type Issuing } from '@runmeta/core/auth/token/verify'
import type { ApiKey, Context as CoreContext } from '@runmeta/core/context'
import { present } from '@runmeta/core/table/attribute'
import type { Context, MiddlewareHandler } from 'hono'
import type { Deps, Env } from './env.ts'
import type { Identity } from './identity.ts'

const BEARER = /^Bearer +(\S+) *$/i

/** The time that a request may spend on the store in total, so that a caller gets a 503 within 15 s. */
const STORE_BUDGET_MS = 12_000

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

/** A token acts as its issuer, but may only log. */
function byToken(issuer: ApiKey, run: string): Identity {
  const { project, author } = byKey(issuer)
  return { project, author: { ...author, isToken: true }, role: 'log', run }
}

async function identify(deps: Deps, tokens: Issuing, shown: string): Promise<Identity> {
  if (!isToken(shown)) return byKey(await keyOfText(deps.server, tokens.root, shown))
  const { issuer, runId } = await grantOf(deps.server, tokens, shown)
  return byToken(issuer, runId)
}

/** Identifies the caller by the API key or the run token. `requires` checks what the caller may do. */
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

export function identityOf(c: Context<Env>): Identity {
  const identity = c.get('identity')
  if (identity === undefined) throw new Error(`${c.req.method} ${c.req.routePath} asks for an identity without auth`)
  return identity
}

/** The context for a verb. Make it after reading the body, so that a slow upload does not use up the store's time. */
export const contextOf = (c: Context<Env>, { server }: Pick<Deps, 'server'>): CoreContext => ({
  ...server,
  ...identityOf(c),
  table: server.table.withSignal(AbortSignal.timeout(c.get('storeBudgetMs') ?? STORE_BUDGET_MS)),
})
