import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { jsonOf, type ReceiptBody, type RunBody, refusalOf } from '../support/app.ts'
import { by, newKey, newToken } from '../support/keys.ts'
import type { Subject } from './suite.ts'

interface LogsBody {
  readonly run: { readonly id: string; readonly name: string; readonly index?: boolean }
  readonly logs: readonly {
    readonly id: string
    readonly position: string
    readonly createdAt: string
    readonly by: { readonly key: { readonly id: string; readonly name: string }; readonly token?: boolean }
    readonly step?: string
    readonly relatedEntities?: boolean
    readonly unset?: string
    readonly metadata?: Record<string, unknown>
    readonly types?: Record<string, string>
  }[]
  readonly next?: string
}

const PAST = '2019-05-06T07:08:09.123Z'

/** `GET /v1/runs/{run}/logs`: all logs of a run, for copies. */
export function logs(app: Subject): void {
  const newRun = (body: object = {}) =>
    jsonOf<RunBody>(app().send('POST', '/v1/runs', JSON.stringify({ name: `logs-${randomUUID()}`, ...body })), 201)
  const log = (run: string, body: object | string, headers: Record<string, string> = {}) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    return jsonOf<ReceiptBody>(app().send('POST', `/v1/runs/${run}/metadata`, text, headers), 201)
  }
  const unset = (run: string, query: Record<string, string>, headers: Record<string, string> = {}) =>
    app().request(`/v1/runs/${run}/metadata?${new URLSearchParams(query)}`, { method: 'DELETE', headers })
  const ask = (run: string, query: Record<string, string> = {}) =>
    app().request(`/v1/runs/${run}/logs?${new URLSearchParams(query)}`)
  const page = (run: string, query: Record<string, string> = {}) => jsonOf<LogsBody>(ask(run, query))

  it('returns every log, newest first, with its position, time, author, step and types', async () => {
    const { id, name } = await newRun()
    const first = await log(id, {
      metadata: { a: 's3://b', n: { size: 1 } },
      types: { '/a': 'Uri', '/n/size': 'StorageSize' },
    })
    const second = await log(id, { metadata: { a: 1 }, step: 'train' })
    const third = await log(id, { metadata: { b: 2 }, step: 'train', relatedEntities: false, createdAt: PAST })
    const root = { key: { id: 'root', name: 'root' } }
    const headOf = ({ log: { id, position, createdAt } }: ReceiptBody) => ({ id, position, createdAt, by: root })
    expect(await page(id)).toEqual({
      run: { id, name },
      logs: [
        { ...headOf(third), step: 'train', relatedEntities: false, metadata: { b: 2 }, types: {} },
        { ...headOf(second), step: 'train', metadata: { a: 1 }, types: {} },
        {
          ...headOf(first),
          metadata: { a: 's3://b', n: { size: 1 } },
          types: { '/a': 'Uri', '/n/size': 'StorageSize' },
        },
      ],
    })
    expect(third.log.createdAt).toBe(PAST)
  })

  it('keeps number literals, and keys of any text', async () => {
    const { id } = await newRun()
    const metadata = '{"x":[1.0,1e400,-0,9223372036854775808],"__proto__":1,"a/b~c":{"":2},"🔑":"ü"}'
    await log(id, `{"metadata":${metadata},"types":{"/a~1b~0c/":"StorageSize"}}`)
    const text = await (await ask(id)).text()
    expect(text).toContain(`"metadata":${metadata},"types":{"/a~1b~0c/":"StorageSize"}`)
  })

  it('includes unsets, with the key and its step', async () => {
    const { id } = await newRun()
    await log(id, { metadata: { a: 1 }, step: 'train' })
    expect((await unset(id, { key: 'a' })).status).toBe(204)
    expect((await unset(id, { key: 'a', step: 'train' })).status).toBe(204)
    const { logs: found } = await page(id)
    expect(found.map(({ unset: key, step, metadata }) => [key, step, metadata])).toEqual([
      ['a', 'train', undefined],
      ['a', undefined, undefined],
      [undefined, 'train', { a: 1 }],
    ])
  })

  it('states `index` only for a run without an index', async () => {
    const { id } = await newRun({ index: false })
    expect((await page(id)).run.index).toBe(false)
    expect((await page((await newRun()).id)).run).not.toHaveProperty('index')
  })

  it('is empty for a run without logs', async () => {
    const { id, name } = await newRun()
    expect(await page(id)).toEqual({ run: { id, name }, logs: [] })
  })

  it('comes in pages that join without gap or repetition, while more is logged', async () => {
    const { id } = await newRun()
    const made: string[] = []
    for (let n = 0; n < 12; n++) made.unshift((await log(id, { metadata: { n } })).log.id)
    for (const limit of [1, 5, 12]) {
      const found: string[] = []
      let cursor: string | undefined
      do {
        const { logs: some, next } = await page(id, {
          limit: String(limit),
          ...(cursor === undefined ? {} : { cursor }),
        })
        expect(some.length).toBeLessThanOrEqual(limit)
        found.push(...some.map((one) => one.id))
        cursor = next
        if (cursor !== undefined) await log(id, { metadata: { later: limit } })
      } while (cursor !== undefined)
      const before = new Set(made)
      expect(found.filter((one) => before.has(one))).toEqual(made)
      expect(new Set(found).size).toBe(found.length)
    }
  })

  it('ends a page before it is too large for a reply, and continues from there', async () => {
    const { id } = await newRun()
    for (let n = 0; n < 3; n++)
      await log(id, { metadata: { [`k${n}`]: 'x'.repeat(1_000_000), [`l${n}`]: 'y'.repeat(1_000_000) } })
    const sizes: number[] = []
    let cursor: string | undefined
    do {
      const reply = await ask(id, cursor === undefined ? {} : { cursor })
      const text = await reply.text()
      expect(JSON.stringify(text).length).toBeLessThan(6_000_000)
      const body: LogsBody = JSON.parse(text)
      sizes.push(body.logs.length)
      cursor = body.next
    } while (cursor !== undefined)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(3)
    expect(sizes.length).toBeGreaterThan(1)
  })

  it('accepts an id, a name and a prefix', async () => {
    const { id, name } = await newRun()
    await log(id, { metadata: { a: 1 } })
    for (const reference of [id, name, name.slice(0, -2)]) expect((await page(reference)).run.id).toBe(id)
    await refusalOf(ask(`logs-${randomUUID()}`), 404, 'run_not_found')
  })

  it('shows that a run token made a log', async () => {
    const { id } = await newRun()
    const { token } = await newToken(app(), id, 60)
    await log(id, { metadata: { a: 1 } }, by(token))
    expect((await page(id)).logs[0]?.by.token).toBe(true)
  })

  it('is not found after the run is deleted, even with its cursors', async () => {
    const { id } = await newRun()
    for (const a of [1, 2]) await log(id, { metadata: { a } })
    const { next = '' } = await page(id, { limit: '1' })
    await app().request(`/v1/runs/${id}`, { method: 'DELETE' })
    await refusalOf(ask(id), 404, 'run_not_found')
    await refusalOf(ask(id, { cursor: next }), 404, 'run_not_found')
  })

  it.each([{ limit: '0' }, { limit: '1001' }, { limit: 'x' }, { cursor: 'x' }, { key: 'a' }])(
    'refuses %j',
    async (query) => {
      const { id } = await newRun()
      const { detail } = await refusalOf(ask(id, query), 400, 'bad_request')
      expect(detail).toContain(Object.keys(query)[0])
    },
  )

  it('refuses a cursor of another run or of the history', async () => {
    const [one, other] = [await newRun(), await newRun()]
    for (const a of [1, 2]) await log(one.id, { metadata: { a } })
    const { next = '' } = await page(one.id, { limit: '1' })
    await refusalOf(ask(other.id, { cursor: next }), 400, 'bad_request')
    const history = app().request(`/v1/runs/${one.id}/history?key=a&limit=1`)
    const { next: another = '' } = await jsonOf<{ next?: string }>(history)
    await refusalOf(ask(one.id, { cursor: another }), 400, 'bad_request')
  })

  describe('an unset with a time of its own', () => {
    it('shows it among the logs, and is ordered by its position', async () => {
      const { id } = await newRun()
      await log(id, { metadata: { a: 1 } })
      expect((await unset(id, { key: 'a', createdAt: PAST })).status).toBe(204)
      const [first] = (await page(id)).logs
      expect(first).toMatchObject({ unset: 'a', createdAt: PAST })
      expect((await jsonOf<{ metadata: object }>(app().request(`/v1/runs/${id}`))).metadata).toEqual({})
    })

    it('is the same if it is repeated with its idempotency key and another time', async () => {
      const { id } = await newRun()
      await log(id, { metadata: { a: 1 } })
      const key = { 'idempotency-key': randomUUID() }
      expect((await unset(id, { key: 'a', createdAt: PAST }, key)).status).toBe(204)
      expect((await unset(id, { key: 'a' }, key)).status).toBe(204)
      expect((await page(id)).logs.map(({ createdAt }) => createdAt === PAST)).toEqual([true, false])
    })

    it('requires a key with the role admin, and a time that is not in the future', async () => {
      const { id } = await newRun()
      await log(id, { metadata: { a: 1 } })
      const byLog = by((await newKey(app(), { role: 'log', project: 'default' })).key)
      await refusalOf(unset(id, { key: 'a', createdAt: PAST }, byLog), 403, 'forbidden')
      const future = new Date(Date.now() + 3_600_000).toISOString()
      for (const createdAt of [future, 'may']) {
        const { detail } = await refusalOf(unset(id, { key: 'a', createdAt }), 400, 'bad_request')
        expect(detail).toMatch(/^createdAt: /)
      }
      expect((await page(id)).logs).toHaveLength(1)
    })
  })
}
