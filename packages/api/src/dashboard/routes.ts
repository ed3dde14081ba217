import { Failure } from '@runmeta/core/failure'
import { Hono } from 'hono'
import { publicRoute } from '../authorize.ts'
import { isAccepted } from '../encoding.ts'
import type { Env } from '../env.ts'
import { tagged } from '../etag.ts'
import { query } from '../input.ts'
import type { DashboardFiles } from './files.ts'

/** The page loads scripts and styles only from its own origin, and calls only that origin. It never evaluates strings as code. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

/** A file's name contains the hash of its content, so a browser may cache it for ever. */
const IMMUTABLE = 'public, max-age=31536000, immutable'

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

const ENCODINGS = [
  { encoding: 'br', suffix: '.br' },
  { encoding: 'gzip', suffix: '.gz' },
] as const

/** The dashboard: its page at `/`, which needs no key because it holds no data, and the files that the page loads. */
export const dashboard = (files: DashboardFiles) =>
  new Hono<Env>()
    .get('/', publicRoute(), query(), async (c) => {
      const page = await files('index.html')
      if (page === undefined)
        throw new Failure('not_found', 'url: the dashboard is not built; npm run web:build builds it')
      c.header('content-security-policy', POLICY)
      c.header('cache-control', 'no-cache')
      return tagged(c, new TextDecoder().decode(page), { type: 'text/html; charset=utf-8' })
    })
    .get('/assets/:name', publicRoute(), query(), async (c) => {
      const name = c.req.param('name')
      const type = TYPES[name.slice(name.lastIndexOf('.') + 1)]
      const plain = type === undefined ? undefined : await files(name)
      if (type === undefined || plain === undefined)
        throw new Failure('not_found', 'url: the dashboard has no such file; reload the page')
      c.header('cache-control', IMMUTABLE)
      c.header('vary', 'Accept-Encoding', { append: true })
      c.header('content-type', type)
      for (const { encoding, suffix } of ENCODINGS.filter((offer) => isAccepted(c, offer.encoding))) {
        const packed = await files(name + suffix)
        if (packed !== undefined) return c.body(new Uint8Array(packed), 200, { 'content-encoding': encoding })
      }
      return c.body(new Uint8Array(plain))
    })
