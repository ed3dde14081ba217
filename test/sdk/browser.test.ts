import { apiSettings } from '@runmeta/api/settings'
import { describe, expect, it } from 'vitest'
import { type TestApp, testApp } from '../support/app.ts'

const ORIGIN = 'https://app.example.com'

/** The preflight request of a browser. */
const preflight = (app: TestApp, origin: string, path = '/v1/runs/x/metadata') =>
  app.app.request(path, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,idempotency-key',
    },
  })

const grants = ({ headers }: Response): string[] =>
  [...headers.keys()].filter((name) => name.startsWith('access-control-')).sort()

describe('a page in a browser', () => {
  it('is allowed from no other origin by default', async () => {
    const app = await testApp()
    const asked = await preflight(app, ORIGIN)
    expect([asked.status, grants(asked)]).toEqual([401, []])
    expect(grants(await app.request('/v1/runs/x', { headers: { origin: ORIGIN } }))).toEqual([])
  })

  it('is allowed from the configured origins, with all that the SDK sends', async () => {
    const app = await testApp({ origins: [ORIGIN, 'http://localhost:5173'] })
    const asked = await preflight(app, ORIGIN)
    expect(asked.status).toBe(204)
    expect(asked.headers.get('access-control-allow-origin')).toBe(ORIGIN)
    const allowed = asked.headers.get('access-control-allow-headers')?.toLowerCase().split(',')
    expect(allowed).toEqual(expect.arrayContaining(['authorization', 'content-type', 'idempotency-key']))
    expect(asked.headers.get('access-control-allow-methods')?.split(',')).toEqual(
      expect.arrayContaining(['GET', 'POST', 'PATCH', 'DELETE']),
    )
    expect(asked.headers.get('access-control-allow-credentials')).toBeNull()
    expect(asked.headers.get('vary')).toMatch(/Origin/)
    const refused = await app.request('/v1/runs/x', { headers: { origin: ORIGIN } })
    expect(refused.status).toBe(404)
    expect(refused.headers.get('access-control-allow-origin')).toBe(ORIGIN)
    expect(refused.headers.get('access-control-expose-headers')?.split(',')).toEqual(
      expect.arrayContaining(['ETag', 'Retry-After', 'X-Request-Id']),
    )
  })

  it.each(['https://evil.example', 'https://app.example.com.evil.example', 'null', 'HTTPS://APP.EXAMPLE.COM'])(
    'is not allowed from %s',
    async (origin) => {
      const app = await testApp({ origins: [ORIGIN] })
      expect((await preflight(app, origin)).headers.get('access-control-allow-origin')).toBeNull()
      const reply = await app.request('/v1/limits', { headers: { origin } })
      expect(reply.headers.get('access-control-allow-origin')).toBeNull()
      expect(reply.headers.get('vary')).toMatch(/Origin/)
    },
  )

  it('gets the same reply as any caller if its request has no Origin', async () => {
    const app = await testApp({ origins: [ORIGIN] })
    expect((await app.request('/v1/limits', { method: 'OPTIONS', headers: { origin: ORIGIN } })).status).toBe(405)
  })

  it('is allowed from any origin if the setting is *', async () => {
    const app = await testApp({ origins: ['*'] })
    expect((await preflight(app, 'null')).headers.get('access-control-allow-origin')).toBe('*')
  })
})

describe('RUNMETA_CORS_ORIGINS and RUNMETA_RATE_LIMIT', () => {
  it('accept blanks, and have defaults', () => {
    expect(apiSettings({}, { rate: 0 })).toEqual({})
    expect(apiSettings({ RUNMETA_CORS_ORIGINS: ` ${ORIGIN} ,http://localhost:5173` }, { rate: 7 })).toEqual({
      origins: [ORIGIN, 'http://localhost:5173'],
      rate: expect.objectContaining({ perSecond: 7 }),
    })
    expect(apiSettings({ RUNMETA_RATE_LIMIT: '0' }, { rate: 7 })).toEqual({})
  })

  it.each([
    ['RUNMETA_CORS_ORIGINS', 'app.example.com'],
    ['RUNMETA_CORS_ORIGINS', 'https://app.example.com/'],
    ['RUNMETA_CORS_ORIGINS', 'https://*.example.com'],
    ['RUNMETA_CORS_ORIGINS', `${ORIGIN},`],
    ['RUNMETA_RATE_LIMIT', '-1'],
    ['RUNMETA_RATE_LIMIT', 'many'],
  ])('reject %s=%s', (name, value) => {
    expect(() => apiSettings({ [name]: value }, { rate: 0 })).toThrow(name)
  })
})
