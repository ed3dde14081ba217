import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { jsonOf, type RunBody, refusalOf } from '../support/app.ts'
import { type PageBody, type Parameters, searcher } from './searching.ts'
import type { Subject } from './suite.ts'

export function search(app: Subject): void {
  const { create, log, list, ask, page, ids, names, newKey, withValues, all } = searcher(app)

  describe('a list', () => {
    it('has the newest runs first, with their fields', async () => {
      const pipeline = newKey()
      const runs: RunBody[] = []
      for (let n = 0; n < 3; n++) runs.push(await create({ pipeline, name: `${pipeline}-${n}` }))
      const got = await page(['pipeline', pipeline])
      expect(got).toEqual({ runs: runs.toReversed(), order: '-createdAt' })
      expect((await page()).order).toBe('-createdAt')
      expect(ids(await page(['limit', '3']))).toEqual(runs.toReversed().map(({ id }) => id))
    })

    it('is in the order of names if a prefix is given, and takes the prefix literally', async () => {
      const key = newKey()
      const made = ['b', 'a', 'a_', 'ab', 'a*', 'a b', 'é', 'z', '😀', 'ﬀ'].map((end) => `${key}-${end}`)
      for (const name of made) await create({ name })
      const sorted = made.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
      expect(names(await page(['name', key]))).toEqual(sorted)
      expect((await page(['name', key])).order).toBe('name')
      expect(names(await page(['name', `${key}-a_`]))).toEqual([`${key}-a_`])
      expect(names(await page(['name', `${key}-A`]))).toEqual([])
      expect(names(await page(['name', `${key}-a`], ['order', '-createdAt']))).toEqual(
        made.filter((name) => name.startsWith(`${key}-a`)).toReversed(),
      )
    })

    it('filters by the current status', async () => {
      const pipeline = newKey()
      const [one, other] = [await create({ pipeline }), await create({ pipeline, status: 'failed' })]
      const by = async (status: string) => ids(await page(['status', status], ['pipeline', pipeline]))
      expect(await by('running')).toEqual([one.id])
      await jsonOf(app().send('PATCH', `/v1/runs/${one.id}`, '{"status":"failed"}'))
      expect(await by('running')).toEqual([])
      expect(await by('failed')).toEqual([other.id, one.id])
      const newest = await page(['status', 'failed'], ['limit', '2'])
      expect(ids(newest)).toEqual([other.id, one.id])
      expect(newest.order).toBe('-createdAt')
    })

    it('filters by the current pipeline', async () => {
      const [first, second] = [newKey(), newKey()]
      const run = await create({ pipeline: first })
      await jsonOf(app().send('PATCH', `/v1/runs/${run.id}`, JSON.stringify({ pipeline: second })))
      expect(ids(await page(['pipeline', first]))).toEqual([])
      expect(ids(await page(['pipeline', second]))).toEqual([run.id])
    })

    it('filters by creation between two times, both excluded', async () => {
      const pipeline = newKey()
      const runs: RunBody[] = []
      for (let n = 0; n < 4; n++) runs.push(await create({ pipeline }))
      const [first, , , last] = runs
      const inside: Parameters = [
        ['createdAfter', first?.createdAt ?? ''],
        ['createdBefore', last?.createdAt ?? ''],
      ]
      const middle = runs.slice(1, 3).map(({ id }) => id)
      expect(ids(await page(['pipeline', pipeline], ...inside))).toEqual(middle.toReversed())
      expect(ids(await page(...inside, ['order', 'createdAt']))).toEqual(middle)
      expect(ids(await page(...inside, ['order', '-createdAt']))).toEqual(middle.toReversed())
      expect(ids(await page(['createdAfter', last?.createdAt ?? '']))).toEqual([])
      expect(
        ids(await page(['createdAfter', '2999-01-01T00:00:00Z'], ['createdBefore', '2000-01-01T00:00:00Z'])),
      ).toEqual([])
    })

    it('finds runs by their ids, in any spelling, and leaves out unknown ones', async () => {
      const runs = [await create(), await create()]
      const spelled = [runs[1]?.id.toUpperCase() ?? '', runs[0]?.id.replaceAll('-', '') ?? '', randomUUID()]
      const got = await page(...spelled.map((id) => ['id', id] as const))
      expect(ids(got)).toEqual(runs.toReversed().map(({ id }) => id))
      expect(got.next).toBeUndefined()
      expect(ids(await jsonOf<PageBody>(ask({ ids: spelled, limit: 1 })))).toEqual([runs[1]?.id])
      expect(ids(await jsonOf<PageBody>(ask({ ids: [] })))).toEqual([])
    })

    it('never contains a deleted run', async () => {
      const { key, runs } = await withValues(['1', '1', '1'])
      const [first, second, third] = runs
      await app().request(`/v1/runs/${second?.id}`, { method: 'DELETE' })
      expect(ids(await page(['where', `/${key} = 1`]))).toEqual([third?.id, first?.id])
      expect(ids(await page(['order', `/${key}`]))).toEqual([first?.id, third?.id])
      expect(ids(await page(...runs.map(({ id }) => ['id', id] as const)))).toEqual([third?.id, first?.id])
      expect(names(await page(['name', second?.name ?? '']))).toEqual([])
      expect(ids(await page(['limit', '3']))).not.toContain(second?.id)
    })
  })

  describe('an order', () => {
    it('can be by any pointer, in both directions, with ties by creation, and omits runs without a scalar there', async () => {
      const { key, runs } = await withValues(['2', '1', '"x"', '{}', '[1]', '2', 'null', '-1e999', 'true', '1.5'])
      const at = (...indexes: number[]) => indexes.map((index) => runs[index]?.id)
      const up = await page(['order', `/${key}`])
      expect(ids(up)).toEqual(at(7, 1, 9, 0, 5, 2, 8, 6))
      expect(up.order).toBe(`/${key}`)
      const down = await page(['order', `-/${key}`])
      expect(ids(down)).toEqual(at(7, 1, 9, 0, 5, 2, 8, 6).toReversed())
      expect(down.order).toBe(`-/${key}`)
      expect(ids(await page(['order', `/${key}`], ['where', `/${key} > 1`]))).toEqual(at(9, 0, 5))
      expect(ids(await page(['order', `/${key}`], ...runs.map(({ id }) => ['id', id] as const)))).toEqual(ids(up))
    })

    it('is by creation for strings that an index cannot distinguish', async () => {
      const alike = 'x'.repeat(899)
      const { key, runs } = await withValues([`"${alike}b"`, `"${alike}a"`, `"${alike.slice(1)}y"`, `"${alike}"`])
      const at = (...places: number[]) => places.map((place) => runs[place]?.id)
      expect(ids(await page(['order', `/${key}`]))).toEqual(at(0, 1, 3, 2))
      expect(ids(await page(['where', `/${key} > "${alike}a"`], ['order', `/${key}`]))).toEqual(at(0, 2))
    })

    it('is correct for strings with a character across the end of an index entry', async () => {
      for (const bytes of [896, 897, 898]) {
        const alike = 'y'.repeat(bytes)
        const { key, runs } = await withValues([`"${alike}🌍"`, `"${alike}a"`, `"${alike}"`])
        const at = (...places: number[]) => places.map((place) => runs[place]?.id)
        expect(ids(await page(['order', `/${key}`]))).toEqual(at(2, 1, 0))
        expect(ids(await page(['order', `-/${key}`]))).toEqual(at(0, 1, 2))
        expect(ids(await page(['where', `/${key} > "${alike}a"`]))).toEqual(at(0))
        expect(ids(await page(['where', `/${key} <= "${alike}a"`]))).toEqual(at(1, 2))
        expect(ids(await page(['where', `/${key} = "${alike}🌍"`]))).toEqual(at(0))
        expect(ids(await page(['where', `/${key} prefix "${alike}🌍"`]))).toEqual(at(0))
        expect(ids(await page(['where', `/${key} prefix "${alike}\u007f"`]))).toEqual([])
        expect(ids(await page(['where', `/${key} between ["${alike}b", "${alike}🌏"]`]))).toEqual(at(0))
      }
    })

    it('is by the value, even if only its JSON is long', async () => {
      const escaped = '\\u0041'.repeat(200)
      const { key, runs } = await withValues([`"${escaped}"`, `1.${'0'.repeat(1100)}`, `"${'x'.repeat(1100)}"`])
      const at = (...places: number[]) => places.map((place) => runs[place]?.id)
      expect(ids(await page(['where', `/${key} = "${'A'.repeat(200)}"`]))).toEqual(at(0))
      expect(ids(await page(['where', `/${key} <= "${'A'.repeat(200)}"`]))).toEqual(at(0))
      expect(ids(await page(['where', `/${key} in [1]`]))).toEqual(at(1))
      const own = runs.map(({ id }) => ['id', id] as const)
      expect(ids(await page(['where', `/${key} = "${'A'.repeat(200)}"`], ...own))).toEqual(at(0))
      expect(ids(await page(['where', `/${key} = 1`], ...own))).toEqual(at(1))
      expect(ids(await page(['where', `/${key} < 1`], ...own))).toEqual([])
    })

    it('is newest first by default for an equality, and highest first for a range', async () => {
      const { key, runs } = await withValues(['1', '3', '2', '3'])
      const at = (...indexes: number[]) => indexes.map((index) => runs[index]?.id)
      const equal = await jsonOf<PageBody>(
        ask({
          where: {
            and: [
              { pointer: `/${key}`, op: '>', value: 0 },
              { pointer: `/${key}`, op: '=', value: 3 },
            ],
          },
        }),
      )
      expect(ids(equal)).toEqual(at(3, 1))
      expect(equal.order).toBe('-createdAt')
      const range = await page(['where', `/${key} >= 2`])
      expect(ids(range)).toEqual(at(3, 1, 2))
      expect(range.order).toBe(`-/${key}`)
      const named = await page(['where', `/${key} != 3`], ['name', runs[0]?.name ?? ''])
      expect(ids(named)).toEqual(at(0))
      expect(named.order).toBe('name')
    })
  })

  describe('pages', () => {
    it.each(['1', '3', '7', '200'])('of %s join without gap or repetition, in any order', async (limit) => {
      const { key, runs } = await withValues(Array.from({ length: 14 }, (_, n) => String(n % 5)))
      const pipeline = newKey()
      for (const { id } of runs) await app().send('PATCH', `/v1/runs/${id}`, JSON.stringify({ pipeline }))
      const calls: Parameters[] = [
        [['pipeline', pipeline]],
        [
          ['pipeline', pipeline],
          ['order', 'createdAt'],
        ],
        [['order', `/${key}`]],
        [['order', `-/${key}`]],
        [['where', `/${key} >= 0`]],
        [
          ['where', `/${key} != 9`],
          ['pipeline', pipeline],
        ],
        runs.map(({ id }) => ['id', id] as const),
      ]
      for (const call of calls) {
        const whole = await all([...call, ['limit', '200']])
        expect(whole).toHaveLength(14)
        expect(await all([...call, ['limit', limit]])).toEqual(whole)
      }
    })

    it('are stable while runs are added', async () => {
      const { key, runs } = await withValues(['1', '1', '1', '1'])
      const first = await page(['where', `/${key} = 1`], ['limit', '2'])
      await log(await create(), `{"${key}":1}`)
      const second = await page(['where', `/${key} = 1`], ['limit', '2'], ['cursor', first.next ?? ''])
      expect([...ids(first), ...ids(second)]).toEqual(runs.toReversed().map(({ id }) => id))
      expect(second.next).toBeUndefined()
    })

    it('refuse a cursor that is forged, changed or of another call', async () => {
      const { key } = await withValues(['1', '1'])
      const { next = '' } = await page(['where', `/${key} = 1`], ['limit', '1'])
      expect(next).not.toBe('')
      const wrong: Parameters[] = [
        [
          ['where', `/${key} = 2`],
          ['cursor', next],
        ],
        [
          ['where', `/${key} = 1`],
          ['order', 'createdAt'],
          ['cursor', next],
        ],
        [['cursor', next]],
        [
          ['where', `/${key} = 1`],
          ['cursor', `${next.slice(0, -2)}AA`],
        ],
        [
          ['where', `/${key} = 1`],
          ['cursor', 'x'],
        ],
        [
          ['where', `/${key} = 1`],
          ['cursor', ''],
        ],
        [
          ['where', `/${key} = 1`],
          ['cursor', Buffer.from('["a"]').toString('base64url')],
        ],
      ]
      for (const call of wrong) {
        const problem = await refusalOf(list(...call), 400, 'bad_request')
        expect(problem.detail).toMatch(/^cursor: /)
      }
      expect((await page(['where', `/${key} = 1`], ['limit', '5'], ['cursor', next])).runs).toHaveLength(1)
    })
  })

  describe('a found run', () => {
    it('has the selected values as they were logged, and nothing for a pointer without a value', async () => {
      const key = newKey()
      const run = await create()
      const long = JSON.stringify('é'.repeat(2000))
      await log(run, `{"${key}":{"n":1.0,"big":1e400,"text":${long},"list":[1.50,{"x":-0}],"o":{"p":null}}}`)
      const pointers = [
        '/n',
        '/big',
        '/text',
        '/list',
        '/list/1/x',
        '/list/2',
        '/list/01',
        '/o',
        '/o/p',
        '/nothing',
        '/n/x',
      ]
      const query: Parameters = pointers.map((pointer) => ['select', `/${key}${pointer}`])
      const text = await (await list(['where', `/${key}/n = 1`], ...query, ['select', '/no~1key'])).text()
      expect(text).toContain(
        `"selected":{"/${key}/n":1.0,"/${key}/big":1e400,"/${key}/text":${long},"/${key}/list":[1.50,{"x":-0}],"/${key}/list/1/x":-0,"/${key}/o":{"p":null},"/${key}/o/p":null}`,
      )
      const plain = await page(['id', run.id])
      expect(plain.runs[0]).not.toHaveProperty('selected')
      expect(await page(['id', run.id], ['select', '/none'])).toMatchObject({ runs: [{ selected: {} }] })
    })

    it('has the included metadata, as in a read of the run', async () => {
      const { key, runs } = await withValues(['1.0', '{"a":[]}'])
      const [one, other] = runs
      if (one === undefined || other === undefined) throw new Error('two runs were made')
      await log(other, '{"s":1}', { step: 'train', relatedEntities: false })
      const byId: Parameters = [
        ['id', one.id],
        ['id', other.id],
      ]
      const got = await page(...byId, ['include', 'metadata'])
      expect(got.runs).toEqual([
        await jsonOf(app().request(`/v1/runs/${other.id}`)),
        await jsonOf(app().request(`/v1/runs/${one.id}`)),
      ])
      expect(await jsonOf(ask({ ids: [one.id, other.id], include: ['metadata'] }))).toEqual(got)
      expect(await (await list(['id', one.id], ['include', 'metadata'])).text()).toContain(`"${key}":1.0`)
      const problem = await refusalOf(list(['include', 'metadata'], ['limit', '21']), 400, 'bad_request')
      expect(problem.detail).toMatch(/^limit: .*20/)
    })
  })

  it('accepts a run named search, and finds a log immediately', async () => {
    const run = await create({ name: 'search' })
    expect((await jsonOf<RunBody>(app().request('/v1/runs/search'))).id).toBe(run.id)
    expect((await app().request('/v1/runs/search', { method: 'DELETE' })).status).toBe(204)
  })
}
