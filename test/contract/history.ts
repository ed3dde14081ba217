import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type FullRunBody, jsonOf, type ReceiptBody, type RunBody, refusalOf } from '../support/app.ts'
import { laterBy } from '../support/position.ts'
import type { Subject } from './suite.ts'

interface HistoryBody {
  readonly entries: readonly {
    readonly value: unknown
    readonly types: Record<string, string>
    readonly log: string
    readonly step?: string
    readonly createdAt: string
    readonly by: { readonly key: { readonly id: string; readonly name: string } }
  }[]
  readonly next?: string
}

export function history(app: Subject): void {
  const newRun = async () => (await jsonOf<RunBody>(app().send('POST', '/v1/runs', '{}'), 201)).id
  const log = (run: string, body: unknown, headers?: Record<string, string>) =>
    jsonOf<ReceiptBody>(app().send('POST', `/v1/runs/${run}/metadata`, JSON.stringify(body), headers), 201)
  const ask = (run: string, query: Record<string, string>) =>
    app().request(`/v1/runs/${run}/history?${new URLSearchParams(query)}`)
  const page = (run: string, query: Record<string, string>) => jsonOf<HistoryBody>(ask(run, query))
  const values = async (run: string, query: Record<string, string>) =>
    (await page(run, query)).entries.map(({ value }) => value)
  const unset = (run: string, query: Record<string, string>, headers: Record<string, string> = {}) =>
    app().request(`/v1/runs/${run}/metadata?${new URLSearchParams(query)}`, { method: 'DELETE', headers })
  const metadata = async (run: string) => (await jsonOf<FullRunBody>(app().request(`/v1/runs/${run}`))).metadata

  it('has the values of a key, newest first, each with its author, time and log', async () => {
    const run = await newRun()
    const first = await log(run, { metadata: { a: 's3://b', b: 0 }, types: { '/a': 'Uri' } })
    await log(run, { metadata: { b: 1 } })
    const second = await log(run, { metadata: { a: { size: 1 } }, types: { '/a/size': 'StorageSize' }, step: 'train' })
    const by = { key: { id: 'root', name: 'root' } }
    expect(await page(run, { key: 'a' })).toEqual({
      entries: [
        {
          value: { size: 1 },
          types: { '/size': 'StorageSize' },
          log: second.log.id,
          step: 'train',
          createdAt: second.log.createdAt,
          by,
        },
        { value: 's3://b', types: { '': 'Uri' }, log: first.log.id, createdAt: first.log.createdAt, by },
      ],
    })
  })

  it('keeps number literals', async () => {
    const run = await newRun()
    await jsonOf(app().send('POST', `/v1/runs/${run}/metadata`, '{"metadata":{"a":[1.0,1e400,-0]}}'), 201)
    expect(await (await ask(run, { key: 'a' })).text()).toContain('"value":[1.0,1e400,-0],')
  })

  it('is that of the step in the request, or of the run if there is none', async () => {
    const run = await newRun()
    await log(run, { metadata: { a: 'run' } })
    await log(run, { metadata: { a: 'both' }, step: 'one' })
    await log(run, { metadata: { a: 'step' }, step: 'one', relatedEntities: false })
    await log(run, { metadata: { a: 'other' }, step: 'other', relatedEntities: false })
    expect(await values(run, { key: 'a' })).toEqual(['both', 'run'])
    expect(await values(run, { key: 'a', step: 'one' })).toEqual(['step', 'both'])
    expect(await values(run, { key: 'a', step: 'other' })).toEqual(['other'])
  })

  it.each(['__proto__', 'constructor', 'a/b', 'a&b=c', 'ünï 🔑', '+'])('accepts the key %j', async (key) => {
    const run = await newRun()
    await jsonOf(app().send('POST', `/v1/runs/${run}/metadata`, `{"metadata":{${JSON.stringify(key)}:1}}`), 201)
    expect(await values(run, { key })).toEqual([1])
  })

  it('comes in pages of one log that join without gap or repetition', async () => {
    const run = await newRun()
    for (let n = 0; n < 25; n++) await log(run, { metadata: n % 2 === 0 ? { a: n } : { b: n } })
    for (const limit of [1, 4, 13, 100]) {
      const all: unknown[] = []
      let cursor: string | undefined
      do {
        const { entries, next } = await page(run, { key: 'a', limit: String(limit), ...(cursor && { cursor }) })
        expect(entries.length).toBeLessThanOrEqual(limit)
        all.push(...entries.map(({ value }) => value))
        cursor = next
      } while (cursor !== undefined)
      expect(all).toEqual([...Array(13).keys()].map((n) => 24 - 2 * n))
    }
  })

  it('is stable to page while logs are added', async () => {
    const run = await newRun()
    for (let n = 0; n < 6; n++) await log(run, { metadata: { a: n } })
    const first = await page(run, { key: 'a', limit: '3' })
    await log(run, { metadata: { a: 'new' } })
    const second = await page(run, { key: 'a', limit: '3', cursor: first.next ?? '' })
    expect([...first.entries, ...second.entries].map(({ value }) => value)).toEqual([5, 4, 3, 2, 1, 0])
  })

  it('has one entry for a log that was repeated many times', async () => {
    const run = await newRun()
    const send = () => log(run, { metadata: { a: 1 } }, { 'idempotency-key': 'k' })
    await Promise.all(Array.from({ length: 10 }, send))
    await log(run, { metadata: { a: 2 } })
    await send()
    expect(await values(run, { key: 'a' })).toEqual([2, 1])
  })

  it('is not found for a key that was never logged', async () => {
    const run = await newRun()
    await log(run, { metadata: { a: 1 }, step: 'one', relatedEntities: false })
    for (const query of [{ key: 'b' }, { key: 'a' }, { key: 'a', step: 'other' }]) {
      await refusalOf(ask(run, query), 404, 'key_not_found')
    }
    await refusalOf(ask(randomUUID(), { key: 'a' }), 404, 'run_not_found')
  })

  it.each([
    ['key', {}],
    ['key', { key: '' }],
    ['key', { key: 'k'.repeat(513) }],
    ['step', { key: 'a', step: '' }],
    ['limit', { key: 'a', limit: '0' }],
    ['limit', { key: 'a', limit: '1001' }],
    ['limit', { key: 'a', limit: '1.5' }],
    ['limit', { key: 'a', limit: '' }],
    ['cursor', { key: 'a', cursor: 'x' }],
    ['cursor', { key: 'a', cursor: '' }],
    ['kye', { key: 'a', kye: 'b' }],
  ])('names the field %s of %j', async (field, query) => {
    const run = await newRun()
    await log(run, { metadata: { a: 1 } })
    const problem = await refusalOf(ask(run, query as Record<string, string>), 400, 'bad_request')
    expect(problem.detail).toMatch(new RegExp(`^${field}: `))
  })

  it('refuses a parameter that is given twice', async () => {
    const run = await newRun()
    const problem = await refusalOf(app().request(`/v1/runs/${run}/history?key=a&key=b`), 400, 'bad_request')
    expect(problem.detail).toMatch(/^key: .*once/)
  })

  it('refuses a cursor of another run, key or step, and a changed one', async () => {
    const [run, other] = [await newRun(), await newRun()]
    for (const id of [run, other]) {
      for (let n = 0; n < 2; n++) await log(id, { metadata: { a: n, b: n }, step: 's' })
    }
    const { next = '' } = await page(run, { key: 'a', limit: '1' })
    const mixed = [
      ask(other, { key: 'a', cursor: next }),
      ask(run, { key: 'b', cursor: next }),
      ask(run, { key: 'a', step: 's', cursor: next }),
      ask(run, { key: 'a', cursor: `${next.slice(0, -2)}AA` }),
      ask(run, { key: 'a', cursor: `${next}=` }),
    ]
    for (const reply of mixed) await refusalOf(reply, 400, 'bad_request')
    expect(await values(run, { key: 'a', cursor: next, limit: '9' })).toEqual([0])
  })

  describe('an unset', () => {
    it('removes a value, keeps its history, and adds no entry to it', async () => {
      const run = await newRun()
      await log(run, { metadata: { a: 1, b: 2 } })
      expect((await unset(run, { key: 'a' })).status).toBe(204)
      expect(await metadata(run)).toEqual({ b: 2 })
      expect(await values(run, { key: 'a' })).toEqual([1])
      await log(run, { metadata: { a: 3 } })
      expect(await metadata(run)).toEqual({ b: 2, a: 3 })
      expect(await values(run, { key: 'a' })).toEqual([3, 1])
    })

    it('of a step’s key does not affect the run’s key, nor the other way round', async () => {
      const run = await newRun()
      await log(run, { metadata: { a: 1 }, step: 's' })
      await unset(run, { key: 'a', step: 's' })
      expect(await jsonOf(app().request(`/v1/runs/${run}`))).toMatchObject({
        metadata: { a: 1 },
        steps: { s: { metadata: {} } },
      })
      await log(run, { metadata: { a: 2 }, step: 's' })
      await unset(run, { key: 'a' })
      expect(await jsonOf(app().request(`/v1/runs/${run}`))).toMatchObject({
        metadata: {},
        steps: { s: { metadata: { a: 2 } } },
      })
    })

    it('is refused if the key has no value', async () => {
      const run = await newRun()
      await log(run, { metadata: { a: 1 } })
      await refusalOf(unset(run, { key: 'b' }), 404, 'key_not_found')
      await refusalOf(unset(run, { key: 'a', step: 's' }), 404, 'key_not_found')
      expect((await unset(run, { key: 'a' })).status).toBe(204)
      await refusalOf(unset(run, { key: 'a' }), 404, 'key_not_found')
      await refusalOf(unset(randomUUID(), { key: 'a' }), 404, 'run_not_found')
    })

    it('is later than the value that it removes, even if that came from a server whose clock is ahead', async () => {
      const run = await newRun()
      const { position } = (await log(run, { metadata: { b: 1 } })).log
      await log(run, { metadata: { a: 1 }, after: laterBy(position, 30_000) })
      expect((await unset(run, { key: 'a' })).status).toBe(204)
      expect(await metadata(run)).toEqual({ b: 1 })
    })

    it('counts once under an idempotency key, whatever was logged since', async () => {
      const run = await newRun()
      const key = { 'idempotency-key': 'unset-1' }
      await log(run, { metadata: { a: 1, b: 1 } })
      expect((await unset(run, { key: 'a' }, key)).status).toBe(204)
      expect((await unset(run, { key: 'a' }, key)).status).toBe(204)
      await log(run, { metadata: { a: 2 } })
      expect((await unset(run, { key: 'a' }, key)).status).toBe(204)
      expect(await metadata(run)).toEqual({ b: 1, a: 2 })
      await refusalOf(unset(run, { key: 'b' }, key), 422, 'idempotency_key_reused')
      await refusalOf(unset(run, { key: 'a', step: 's' }, key), 422, 'idempotency_key_reused')
    })

    it('cannot use the idempotency key of a log', async () => {
      const run = await newRun()
      const key = { 'idempotency-key': 'shared' }
      await log(run, { metadata: { a: 1 } }, key)
      await refusalOf(unset(run, { key: 'a' }, key), 422, 'idempotency_key_reused')
      expect(await metadata(run)).toEqual({ a: 1 })
    })

    it.each([{}, { key: '' }, { key: 'a', stpe: 's' }, { key: 'a', step: '' }])(
      'refuses the query %j',
      async (query) => {
        const run = await newRun()
        await log(run, { metadata: { a: 1 } })
        await refusalOf(unset(run, query as Record<string, string>), 400, 'bad_request')
        expect(await metadata(run)).toEqual({ a: 1 })
      },
    )
  })
}
