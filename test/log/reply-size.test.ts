import { mapLimit } from '@runmeta/core/map-limit'
import { beforeAll, describe, expect, it } from 'vitest'
import { BULKY, log, newRun } from '../checkpoint/timed.ts'
import { jsonOf, refusalOf, type TestApp, testApp } from '../support/app.ts'

/** The limit of Lambda for a reply, as a JSON string. */
const MAX_FUNCTION_REPLY_BYTES = 6_291_556
/** The part of it for the gateway's envelope and the headers. */
const ENVELOPE_BYTES = 4096

const asString = (text: string): number => Buffer.byteLength(JSON.stringify(text)) + ENVELOPE_BYTES

/** The size of each page as a JSON string. */
async function pagesOf(app: TestApp, path: string, cursor: string, next: string): Promise<number[]> {
  const sizes: number[] = []
  for (let at: string | undefined = path; at !== undefined; ) {
    const text = await (await app.request(at)).text()
    sizes.push(asString(text))
    const following: unknown = JSON.parse(text)[next]
    at = typeof following === 'string' ? `${path}${path.includes('?') ? '&' : '?'}${cursor}=${following}` : undefined
  }
  return sizes
}

describe('a reply fits the limit of Lambda', () => {
  let app: TestApp
  beforeAll(async () => {
    app = await testApp()
  })

  it('if a run has thousands of steps with long names', async () => {
    const run = await newRun(app)
    const steps = Array.from({ length: 6500 }, (_, n) => String(n).padStart(255, '"'))
    await mapLimit(steps, 16, async (step) => {
      await jsonOf(log(app, run, JSON.stringify({ step, metadata: { a: 1 }, relatedEntities: false })), 201)
    })
    const sizes = await pagesOf(app, `/v1/runs/${run}`, 'metadataCursor', 'metadataNext')
    expect(sizes.length).toBeGreaterThan(1)
    expect(Math.max(...sizes)).toBeLessThan(MAX_FUNCTION_REPLY_BYTES)
  })

  it('if a key’s history has values with many types', async () => {
    const run = await newRun(app)
    const items = Array.from({ length: 40_000 }, (_, n) => n)
    const types = Object.fromEntries(items.map((n) => [`/key/${n}`, 'StorageSize']))
    const body = JSON.stringify({ metadata: { key: items }, types })
    for (let n = 0; n < 8; n++) await jsonOf(log(app, run, body), 201)
    const sizes = await pagesOf(app, `/v1/runs/${run}/history?key=key`, 'cursor', 'next')
    expect(sizes.length).toBeGreaterThan(1)
    expect(Math.max(...sizes)).toBeLessThan(MAX_FUNCTION_REPLY_BYTES)
  })

  it('or the request is refused, if the selected values of one run do not fit', async () => {
    const run = await newRun(app)
    for (let n = 0; n < 7; n++) await jsonOf(log(app, run, `{"metadata":{"v${n}":${BULKY}}}`), 201)
    const select = (count: number) =>
      JSON.stringify({ ids: [run], select: Array.from({ length: count }, (_, n) => `/v${n}`) })
    const fits = await (await app.send('POST', '/v1/runs/search', select(5))).text()
    expect(asString(fits)).toBeLessThan(MAX_FUNCTION_REPLY_BYTES)
    const { detail } = await refusalOf(app.send('POST', '/v1/runs/search', select(7)), 413, 'payload_too_large')
    expect(detail).toMatch(/^select: .*; the limit is \d+;/)
  })
})
