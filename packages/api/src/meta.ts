import { HEALTH_KEY } from '@runmeta/core/table/keys'
import { LIMITS } from '@runmeta/schema/limits'
import { Hono } from 'hono'
import { needsNothing } from './door.ts'
import type { Deps, Env } from './env.ts'
import { query } from './input.ts'

/** Milliseconds. */
const STORE_TIME = 5000

/** What a caller may ask without a key: limits, health, the OpenAPI document and the same for reading. */
export const meta = ({ server, engine, openapi }: Deps) =>
  new Hono<Env>()
    .get('/v1/limits', needsNothing(), query(), (c) => c.json(LIMITS))
    .get('/v1/health', needsNothing(), query(), async (c) => {
      await server.table.until(AbortSignal.timeout(STORE_TIME)).get(HEALTH_KEY)
      return c.json({ status: 'ok', engine })
    })
    .get('/openapi.json', needsNothing(), query(), async (c) =>
      c.body(await openapi(), 200, { 'content-type': 'application/json' }),
    )
    .get('/docs', needsNothing(), query(), async (c) => {
      // Loaded where it is asked for: no other call needs it.
      const { page } = await import('./docs/page.ts')
      const { text, policy } = await page(JSON.parse(await openapi()))
      return c.html(text, 200, { 'content-security-policy': policy })
    })
