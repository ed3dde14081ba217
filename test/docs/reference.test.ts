import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { testApp } from '../support/app.ts'

describe('/docs', () => {
  it('shows each call and each schema of the OpenAPI document', async () => {
    const app = await testApp()
    const document = (await (await app.request('/openapi.json')).json()) as {
      paths: Record<string, Record<string, { summary: string }>>
      components: { schemas: Record<string, object> }
    }
    const text = await (await app.request('/docs')).text()
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [method, { summary }] of Object.entries(operations)) {
        expect(text).toContain(`<code>${method.toUpperCase()} ${path}</code></h2>`)
        expect(text).toContain(summary)
      }
    }
    for (const name of Object.keys(document.components.schemas)) expect(text).toContain(`<h2 id="${name}">`)
  })

  it('links only to existing parts of the page', async () => {
    const text = await (await (await testApp()).request('/docs')).text()
    const ids = new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
    for (const [, target = ''] of text.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target)
  })

  it('loads and runs nothing, and its policy allows only its own style', async () => {
    const reply = await (await testApp()).request('/docs')
    const text = await reply.text()
    expect(text).not.toMatch(/<script|<link|<img|<iframe|https?:|\son\w+=|\sstyle=|@import|url\(/i)
    const style = /<style>([\s\S]*?)<\/style>/.exec(text)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    expect(reply.headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    )
    expect(reply.headers.get('content-type')).toMatch(/^text\/html/)
  })
})

describe('the text of /docs', () => {
  it('shows an example of each call, its reply, and its error codes', async () => {
    const text = await (await (await testApp()).request('/docs')).text()
    const log = text.slice(
      text.indexOf('<h2 id="post-v1-runs-run-metadata">'),
      text.indexOf('<h2 id="delete-v1-runs-run-metadata">'),
    )
    expect(log).toContain('curl -X POST &quot;$RUNMETA_URL/v1/runs/iris-1/metadata&quot;')
    expect(log).toContain('&quot;position&quot;:')
    for (const code of ['run_not_found', 'ambiguous_run', 'idempotency_key_reused', 'store_unavailable'])
      expect(log).toContain(`<code>${code}</code>`)
  })

  it('shows the search language, and code as code', async () => {
    const text = await (await (await testApp()).request('/docs')).text()
    expect(text).not.toContain('`')
    const condition = text.slice(text.indexOf('<h2 id="Condition">'), text.indexOf('<h2 id="Limits">'))
    for (const field of ['pointer', 'op', 'and', 'or', 'not'])
      expect(condition).toContain(`<td><code>${field}</code></td>`)
  })
})
