import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonOf, type RunBody, type TestApp, testApp } from '../support/app.ts'

const key = fc.constantFrom('a', 'b', '__proto__')
const step = fc.constantFrom(undefined, 'train', 'test')
const changes = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('log' as const),
      step,
      related: fc.boolean(),
      metadata: fc.dictionary(key, fc.constantFrom(1, 'x')),
    }),
    fc.record({ kind: fc.constant('unset' as const), key, step }),
    fc.record({ kind: fc.constant('status' as const), status: fc.constantFrom('running', 'completed') }),
  ),
  { maxLength: 8 },
)
type Change = (typeof changes extends fc.Arbitrary<infer T> ? T : never)[number]

function apply(app: TestApp, id: string, change: Change): Promise<Response> {
  const run = `/v1/runs/${id}`
  if (change.kind === 'status') return app.send('PATCH', run, JSON.stringify({ status: change.status }))
  const inStep = change.step === undefined ? {} : { step: change.step }
  if (change.kind === 'unset')
    return app.request(`${run}/metadata?${new URLSearchParams({ key: change.key, ...inStep })}`, { method: 'DELETE' })
  const relation = change.step === undefined ? {} : { relatedEntities: change.related }
  return app.send('POST', `${run}/metadata`, JSON.stringify({ metadata: change.metadata, ...inStep, ...relation }))
}

describe('the ETag of a run', () => {
  it('gets a 304 only while the run is unchanged, after any changes, on any server', async () => {
    const app = await testApp()
    const other = await testApp({ tableName: app.tableName })
    await fc.assert(
      fc.asyncProperty(changes, async (made) => {
        const { id } = await jsonOf<RunBody>(app.send('POST', '/v1/runs', '{}'), 201)
        const seen: { readonly etag: string; readonly body: string }[] = []
        for (const change of [undefined, ...made]) {
          if (change !== undefined) await apply(app, id, change)
          const reply = await app.request(`/v1/runs/${id}`)
          const body = await reply.text()
          for (const earlier of seen) {
            const headers = { 'if-none-match': earlier.etag }
            const { status } = await other.request(`/v1/runs/${id}`, { headers })
            expect([earlier, body, status]).toEqual([earlier, body, earlier.body === body ? 304 : 200])
          }
          seen.push({ etag: reply.headers.get('etag') ?? '', body })
        }
      }),
      { numRuns: 60 },
    )
  })

  it('changes when an equal value is logged again, and the earlier one still gets a 304', async () => {
    const app = await testApp()
    await jsonOf(app.send('POST', '/v1/runs', '{"name":"equal"}'), 201)
    const log = () => app.send('POST', '/v1/runs/equal/metadata', '{"metadata":{"a":1}}')
    await log()
    const etag = (await app.request('/v1/runs/equal')).headers.get('etag') ?? ''
    await log()
    const reply = await app.request('/v1/runs/equal', { headers: { 'if-none-match': etag } })
    expect(reply.status).toBe(304)
    expect(reply.headers.get('etag')).not.toBe(etag)
    expect(reply.headers.get('etag')).toBe((await app.request('/v1/runs/equal')).headers.get('etag'))
  })

  it('differs between pages with different content', async () => {
    const app = await testApp()
    const { id } = await jsonOf<RunBody>(app.send('POST', '/v1/runs', '{}'), 201)
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
      const body = JSON.stringify({ metadata: { [name]: 'x'.repeat(1_000_000) } })
      await jsonOf(app.send('POST', `/v1/runs/${id}/metadata`, body), 201)
    }
    const first = await app.request(`/v1/runs/${id}`)
    const { metadataNext } = await jsonOf<{ metadataNext: string }>(first)
    const next = `/v1/runs/${id}?metadataCursor=${encodeURIComponent(metadataNext)}`
    const tags = [first, await app.request(next)].map((reply) => reply.headers.get('etag') ?? '')
    const statusOf = async (path: string, etag = '') =>
      (await app.request(path, { headers: { 'if-none-match': etag } })).status
    expect(await statusOf(`/v1/runs/${id}`, tags[0])).toBe(304)
    expect(await statusOf(`/v1/runs/${id}`, tags[1])).toBe(200)
    expect(await statusOf(next, tags[0])).toBe(200)
    expect(await statusOf(next, tags[1])).toBe(304)
  })
})
