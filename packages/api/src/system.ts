import { HEALTH_KEY } from '@runmeta/core/table/keys'
import { LIMITS } from '@runmeta/schema/limits'
import { Hono } from 'hono'
import { publicRoute } from './authorize.ts'
import { encoded } from './encoding.ts'
import type { Deps, Env } from './env.ts'
import { query } from './input.ts'
import { reply, replyText } from './reply.ts'

const HEALTH_TIMEOUT_MS = 5000

/** The calls that need no key: limits, health, the OpenAPI document, and the reference page. */
export const system = ({ server, engine, openapi }: Deps) =>
  new Hono<Env>()
    .get('/v1/limits', publicRoute(), query(), (c) => reply(c, LIMITS))
    .get('/v1/health', publicRoute(), query(), async (c) => {
      await server.table.withSignal(AbortSignal.timeout(HEALTH_TIMEOUT_MS)).get(HEALTH_KEY)
      return reply(c, { status: 'ok', engine })
    })
    .get('/openapi.json', publicRoute(), query(), async (c) => replyText(c, (await openapi()).trimEnd()))
    .get('/docs', publicRoute(), query(), async (c) => {
      // Loaded on the first request: no other call needs it.
      const { page } = await import('./docs/page.ts')
      const { text, policy } = await page(JSON.parse(await openapi()))
      c.header('content-security-policy', policy)
      return c.body(await encoded(c, text), 200, { 'content-type': 'text/html; charset=utf-8' })
    })
