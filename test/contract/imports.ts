import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { jsonOf, type ProblemBody, type ReceiptBody, type RunBody, refusalOf } from '../support/app.ts'
import { by, newKey } from '../support/keys.ts'
import type { Subject } from './suite.ts'

const PAST = '2019-05-06T07:08:09.123Z'

/** Runs and logs that are imported with their original times. */
export function imports(app: Subject): void {
  const create = (body: object, headers: Record<string, string> = {}) =>
    app().send('POST', '/v1/runs', JSON.stringify(body), headers)
  const log = (run: string, body: object, headers: Record<string, string> = {}) =>
    app().send('POST', `/v1/runs/${run}/metadata`, JSON.stringify(body), headers)
  const future = () => new Date(Date.now() + 3_600_000).toISOString()

  describe('a run', () => {
    it('is ordered by its creation time: in lists, searches, cursors and generated names', async () => {
      const stem = `i${randomUUID().slice(0, 8)}`
      const times = ['2020-01-03', '2020-01-01', '2020-01-04', '2020-01-02'].map((day) => `${day}T00:00:00.000Z`)
      const made: RunBody[] = []
      for (const createdAt of times) {
        const run = await jsonOf<RunBody>(create({ pipeline: stem, createdAt }), 201)
        expect(run).toMatchObject({ createdAt, startedAt: createdAt })
        expect(run.name).toContain(`${stem}-${createdAt.slice(0, 10).replaceAll('-', '')}`)
        await jsonOf(log(run.id, { metadata: { [stem]: 1 } }), 201)
        made.push(run)
      }
      const newest = made.toSorted((one, other) => (one.createdAt < other.createdAt ? 1 : -1)).map(({ id }) => id)
      const where = `where=${encodeURIComponent(`/${stem} = 1`)}`
      for (const query of [`pipeline=${stem}`, where, `${where}&limit=1`]) {
        const ids: string[] = []
        for (let cursor = ''; ; ) {
          const page = await jsonOf<{ runs: RunBody[]; next?: string }>(app().request(`/v1/runs?${query}${cursor}`))
          ids.push(...page.runs.map(({ id }) => id))
          if (page.next === undefined) break
          cursor = `&cursor=${page.next}`
        }
        expect(ids).toEqual(newest)
      }
      const between = `createdAfter=${times[1]}&createdBefore=${times[2]}&pipeline=${stem}`
      const { runs } = await jsonOf<{ runs: RunBody[] }>(app().request(`/v1/runs?${between}`))
      expect(runs.map(({ id }) => id)).toEqual(newest.slice(1, 3))
      const problem = await jsonOf<ProblemBody>(app().request(`/v1/runs/${stem}`), 409)
      expect(new Set(problem.candidates?.map(({ createdAt }) => createdAt))).toEqual(new Set(times))
    })

    it('keeps the given start and end, and is returned unchanged if it is created again', async () => {
      const body = {
        name: `i-${randomUUID()}`,
        status: 'completed',
        createdAt: PAST,
        startedAt: PAST,
        endedAt: '2019-05-06T08:00:00Z',
      }
      const run = await jsonOf<RunBody>(create(body), 201)
      expect(run).toEqual({ id: run.id, ...body, endedAt: '2019-05-06T08:00:00.000Z' })
      expect(await jsonOf(create({ name: body.name, createdAt: '2018-01-01T00:00:00Z' }))).toEqual(run)
      const byLog = by((await newKey(app(), { role: 'log', project: 'default' })).key)
      await jsonOf(create({ startedAt: PAST, endedAt: PAST, status: 'failed' }, byLog), 201)
    })

    it('requires a key with the role admin, and a time that is not in the future', async () => {
      const byLog = by((await newKey(app(), { role: 'log', project: 'default' })).key)
      const byAdmin = by((await newKey(app(), { role: 'admin', project: 'default' })).key)
      const { detail } = await refusalOf(create({ createdAt: PAST }, byLog), 403, 'forbidden')
      expect(detail).toContain('admin')
      await jsonOf(create({ createdAt: PAST }, byAdmin), 201)
      expect((await refusalOf(create({ createdAt: future() }), 400, 'bad_request')).detail).toMatch(/^createdAt: /)
      expect((await refusalOf(create({ createdAt: 'may' }), 400, 'bad_request')).detail).toMatch(/^createdAt: /)
    })
  })

  describe('a log', () => {
    it('has the given time in the reply and the history, and is ordered by its position', async () => {
      const { id } = await jsonOf<RunBody>(create({}), 201)
      await jsonOf(log(id, { metadata: { a: 1 } }), 201)
      const receipt = await jsonOf<ReceiptBody>(log(id, { metadata: { a: 2 }, createdAt: PAST }), 201)
      expect(receipt.log.createdAt).toBe(PAST)
      const path = `/v1/runs/${id}/history?key=a`
      const { entries } = await jsonOf<{ entries: { value: number; createdAt: string }[] }>(app().request(path))
      expect(entries.map(({ value }) => value)).toEqual([2, 1])
      expect(entries[0]?.createdAt).toBe(PAST)
    })

    it('is the same log if it is repeated with its idempotency key and another time', async () => {
      const { id } = await jsonOf<RunBody>(create({}), 201)
      const key = { 'idempotency-key': randomUUID() }
      const first = await jsonOf<ReceiptBody>(log(id, { metadata: { a: 1 }, createdAt: PAST }, key), 201)
      expect(await jsonOf(log(id, { metadata: { a: 1 } }, key), 201)).toEqual(first)
    })

    it('requires a key with the role admin, and a time that is not in the future', async () => {
      const { id } = await jsonOf<RunBody>(create({}), 201)
      const byLog = by((await newKey(app(), { role: 'log', project: 'default' })).key)
      const body = { metadata: { a: 1 }, createdAt: PAST }
      await refusalOf(log(id, body, byLog), 403, 'forbidden')
      await refusalOf(log(id, { ...body, createdAt: future() }), 400, 'bad_request')
      const logs = [
        { run: id, ...body },
        { run: id, metadata: { a: 1 } },
      ]
      const many = app().send('POST', '/v1/metadata', JSON.stringify({ logs }), byLog)
      const { results } = await jsonOf<{ results: { status: number; code?: string }[] }>(many)
      expect(results.map(({ status, code }) => code ?? status)).toEqual(['forbidden', 201])
    })
  })
}
