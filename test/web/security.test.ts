import { type Client, dtype, path, uri } from '@runmeta/sdk'
import { describe, expect, it } from 'vitest'
import { useDashboard } from './support/dashboard.ts'

const ATTACKS = [
  '<script>window.hit=1</script>',
  '<img src=x onerror="window.hit=1">',
  '"><svg onload=window.hit=1>',
  'javascript:window.hit=1',
  'data:text/html,<script>window.hit=1</script>',
  "'-window.hit-'",
  '{{constructor.constructor("window.hit=1")()}}',
  '</style></title><iframe srcdoc="<script>parent.hit=1</script>">',
]
const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', ' ', 'a\u202egpj.exe', 'مفتاح', '😀']

/** A run of which each text tries to become more than text. */
async function hostile(client: Client): Promise<void> {
  const [first = ''] = ATTACKS
  // No name of a run has a slash or the like, so this is all that one can try.
  const run = await client.createRun({
    name: '<img src=x onerror=window.hit=1>',
    pipeline: '<b onclick=window.hit=1>x',
  })
  const metadata: Record<string, unknown> = {}
  for (const [index, text] of ATTACKS.entries()) {
    metadata[text] = text
    metadata[`uri ${index}`] = uri(text)
    metadata[`path ${index}`] = path(text)
    metadata[`type ${index}`] = dtype(text)
    metadata[`list ${index}`] = [
      { [text]: text, b: uri(text) },
      { [text]: text, b: 1 },
    ]
    metadata[`tree ${index}`] = { [text]: { deep: [{ [text]: [text, uri(text)] }] } }
  }
  for (const name of NAMES) Object.defineProperty(metadata, name, { value: `value of ${name}`, enumerable: true })
  await run.step(first).logMetadata({ metadata })
  await run.logMetadata({ metadata: { [first]: 'javascript:window.hit=2' } })
}

describe('logged text', () => {
  const dashboard = useDashboard()

  it('is never executed, rendered as markup, or linked unless it is http or https', async () => {
    const { page, client, go } = await dashboard.open({ before: hostile })
    const [run] = await client.listPipelineRuns().first(1)
    const id = run?.id ?? ''
    const [first = ''] = ATTACKS
    const key = encodeURIComponent(first)
    const other = await client.createRun({ name: 'other' })
    await client.logMetadata({ runIdNameOrPrefix: other.id, metadata: { [first]: 1 } })
    for (const [hash, heading] of [
      ['#/', 'Runs'],
      ['#/?column=%2F__proto__&column=%2Fconstructor&q=<script>', 'Runs'],
      [`#/runs/${id}`, '<img src=x onerror=window.hit=1>'],
      [`#/runs/${id}?step=${key}`, '<img src=x onerror=window.hit=1>'],
      [`#/runs/${id}/history?key=${key}`, first],
      [`#/compare?run=${id}&run=${other.id}`, '2 runs compared'],
      [`#/runs/${key}?at=${key}`, undefined],
      [`#/${key}`, undefined],
    ] as const) {
      await go(hash)
      if (heading !== undefined) await page.getByRole('heading', { name: heading, exact: true }).waitFor()
      await page.waitForLoadState('networkidle')
      const found = await page.evaluate(() => ({
        hit: Reflect.get(window, 'hit'),
        polluted: Reflect.get({}, 'value') ?? Reflect.get({}, 'b'),
        frames: document.querySelectorAll('iframe, object, embed, main img, main script').length,
        links: [...document.querySelectorAll('a')].map((link) => link.protocol),
      }))
      expect(found).toMatchObject({ frames: 0 })
      expect([found.hit, found.polluted]).toEqual([undefined, undefined])
      expect(found.links.filter((protocol) => !/^https?:$/.test(protocol))).toEqual([])
    }
  })

  it('is shown under the exact name of its key', async () => {
    const { page, client, go } = await dashboard.open({ before: hostile })
    const [run] = await client.listPipelineRuns().first(1)
    await go(`#/runs/${run?.id}`)
    for (const name of ['__proto__', 'constructor', 'hasOwnProperty', 'مفتاح']) {
      await page.getByRole('searchbox', { name: 'Filter keys' }).fill(name)
      await page.getByRole('article', { name, exact: true }).getByText(`value of ${name}`).waitFor()
    }
    await page.getByRole('searchbox', { name: 'Filter keys' }).fill('gpj')
    await page.getByText('a\\u202egpj.exe', { exact: true }).waitFor()
  })

  it('is shown under a policy that allows only this origin, without requests to others', async () => {
    const { page, go, key } = await dashboard.open({ isOut: true, before: hostile })
    const asked: { readonly url: string; readonly headers: Record<string, string> }[] = []
    page.on('request', (request) => asked.push({ url: request.url(), headers: request.headers() }))
    const reply = await page.goto(`${dashboard.url()}/`)
    const policy = reply?.headers()['content-security-policy'] ?? ''
    expect(policy.split('; ').sort()).toEqual(
      [
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "img-src 'self'",
        "require-trusted-types-for 'script'",
        "script-src 'self'",
        "style-src 'self'",
        "trusted-types 'none'",
      ].sort(),
    )
    expect(reply?.headers()['cache-control']).toBe('no-cache')
    await go(`#key=${key}`)
    await page.getByRole('table').waitFor()
    expect(new Set(asked.map(({ url }) => new URL(url).origin))).toEqual(new Set([dashboard.url()]))
    const withKey = asked.filter(({ headers }) => Object.values(headers).some((value) => value.includes(key)))
    expect(withKey.length).toBeGreaterThan(0)
    for (const { url, headers } of withKey) {
      expect(new URL(url).pathname).toMatch(/^\/v1\//)
      expect(Object.keys(headers).filter((name) => headers[name]?.includes(key))).toEqual(['authorization'])
    }
    expect(asked.filter(({ url }) => url.includes(key))).toEqual([])
  })
})
