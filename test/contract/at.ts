import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { type FullRunBody, jsonOf, type ReceiptBody, type RunBody, refusalOf } from '../support/app.ts'
import type { Subject } from './suite.ts'

/** `GET /v1/runs/{run}?at=`: the metadata of a run as of a position or a time. */
export function at(app: Subject): void {
  const create = (body: object = {}) => jsonOf<RunBody>(app().send('POST', '/v1/runs', JSON.stringify(body)), 201)
  const log = (run: string, body: object) =>
    jsonOf<ReceiptBody>(app().send('POST', `/v1/runs/${run}/metadata`, JSON.stringify(body)), 201)
  const read = (run: string, moment: string) => app().request(`/v1/runs/${run}?at=${encodeURIComponent(moment)}`)

  it('contains all logs up to and including a position or a time, with steps and unset keys; other fields are current', async () => {
    const { id } = await create({ name: `at-${randomUUID()}` })
    const one = await log(id, { metadata: { a: 1, size: 1 }, types: { '/size': 'StorageSize' } })
    const two = await log(id, { metadata: { a: 2, b: 1 }, step: 'train', after: one.log.position })
    expect((await app().request(`/v1/runs/${id}/metadata?key=b`, { method: 'DELETE' })).status).toBe(204)
    const four = await log(id, { metadata: { a: 4 }, after: two.log.position })
    await jsonOf(app().send('PATCH', `/v1/runs/${id}`, '{"status":"failed"}'))
    const first = await jsonOf<FullRunBody>(read(id, one.log.position))
    expect(first).toMatchObject({ status: 'failed', metadata: { a: 1, size: 1 }, types: { '/size': 'StorageSize' } })
    expect(first.steps).toEqual({})
    const second = await jsonOf<FullRunBody>(read(id, two.log.position))
    expect([second.metadata, Object.keys(second.steps)]).toEqual([{ a: 2, size: 1, b: 1 }, ['train']])
    const now = await jsonOf<FullRunBody>(app().request(`/v1/runs/${id}`))
    expect(now.metadata).toEqual({ a: 4, size: 1 })
    for (const moment of [four.log.position, '2999-01-01T00:00:00Z', four.log.createdAt]) {
      expect(await jsonOf(read(id, moment))).toEqual(now)
    }
    const before = new Date(Date.parse(one.log.createdAt) - 1).toISOString()
    for (const moment of [before, '1960-01-01T00:00:00Z', '2026-01-01T00:00:00+02:00']) {
      expect((await jsonOf<FullRunBody>(read(id, moment))).metadata).toEqual({})
    }
    expect((await jsonOf<FullRunBody>(read(id, one.log.createdAt))).metadata).toHaveProperty('size', 1)
  })

  it('includes a log at its position, even if the log has an earlier time', async () => {
    const { id } = await create()
    const imported = await log(id, { metadata: { a: 1 }, createdAt: '2020-01-01T00:00:00Z' })
    const next = await log(id, { metadata: { a: 2 } })
    await log(id, { metadata: { a: 3 } })
    expect((await jsonOf<FullRunBody>(read(id, imported.log.id))).metadata).toEqual({ a: 1 })
    expect((await jsonOf<FullRunBody>(read(id, next.log.id))).metadata).toEqual({ a: 2 })
    const { detail } = await refusalOf(read((await create()).id, next.log.id), 400, 'bad_request')
    expect(detail).toBe('at: this run has no log with this id')
    await refusalOf(read(randomUUID(), next.log.id), 404, 'run_not_found')
    const uuidName = randomUUID()
    const named = await create({ name: uuidName })
    const { log: only } = await log(named.id, { metadata: { b: 1 } })
    expect((await jsonOf<FullRunBody>(read(uuidName, only.id))).metadata).toEqual({ b: 1 })
  })

  it('has an ETag that changes only with the content', async () => {
    const { id } = await create()
    const { log: first } = await log(id, { metadata: { a: 1 } })
    const etag = (await read(id, first.position)).headers.get('etag') ?? ''
    await log(id, { metadata: { a: 2 } })
    const path = `/v1/runs/${id}?at=${first.position}`
    expect((await app().request(path, { headers: { 'if-none-match': etag } })).status).toBe(304)
    expect((await app().request(`/v1/runs/${id}`, { headers: { 'if-none-match': etag } })).status).toBe(200)
  })

  it('comes in pages that join without gap or repetition', async () => {
    const { id } = await create()
    const big = 'x'.repeat(1_000_000)
    let position = ''
    for (let n = 0; n < 7; n++) position = (await log(id, { metadata: { [`k${n}`]: big } })).log.position
    await log(id, { metadata: { k0: 0, more: 1 } })
    const keys: string[] = []
    for (let cursor = ''; ; ) {
      const page = await jsonOf<FullRunBody & { metadataNext?: string }>(
        app().request(`/v1/runs/${id}?at=${position}${cursor}`),
      )
      keys.push(...Object.entries(page.metadata).map(([key, value]) => (value === big ? key : `${key} is another`)))
      if (page.metadataNext === undefined) break
      cursor = `&metadataCursor=${page.metadataNext}`
      const other = `/v1/runs/${id}?at=2026-01-01T00:00:00Z${cursor}`
      await refusalOf(app().request(other), 400, 'bad_request')
    }
    expect(keys).toEqual(['k0', 'k1', 'k2', 'k3', 'k4', 'k5', 'k6'])
  })

  it.each(['', 'yesterday', '2026-01-31', '2026-13-01T00:00:00Z', '0123456789abcdefghjku'])(
    'refuses at=%s',
    async (moment) => {
      const { id } = await create()
      const { detail } = await refusalOf(read(id, moment), 400, 'bad_request')
      expect(detail).toMatch(/^at: /)
    },
  )
}
