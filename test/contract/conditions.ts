import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { jsonOf, type RunBody, refusalOf } from '../support/app.ts'
import { type PageBody, type Parameters, searcher } from './searching.ts'
import type { Subject } from './suite.ts'

/** Conditions, searchable scalars, and refusals. */
export function conditions(app: Subject): void {
  const { create, log, unset, list, ask, page, ids, newKey, withValues, holders } = searcher(app)

  describe('a condition', () => {
    const numbers = [
      '0',
      '-0',
      '0.1',
      '1e-1',
      '1',
      '1.0',
      '9007199254740992',
      '9007199254740993',
      '1e308',
      '1e400',
      '-5',
    ]

    it.each([
      ['=', '0', [0, 1]],
      ['=', '1e-1', [2, 3]],
      ['=', '1.00e0', [4, 5]],
      ['=', '9007199254740993', [7]],
      ['!=', '9007199254740993', [0, 1, 2, 3, 4, 5, 6, 8, 9, 10]],
      ['>', '1e308', [9]],
      ['>=', '1e308', [8, 9]],
      ['<', '0', [10]],
      ['<=', '-0', [0, 1, 10]],
      ['between', '[0.1, 1]', [2, 3, 4, 5]],
      ['between', '[2, 1]', []],
      ['in', '[1, 1e400, "1"]', [4, 5, 9]],
      ['in', '[]', []],
      ['exists', undefined, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
      ['exists', 'false', []],
    ])('compares numbers in full precision: %s %s', async (op, json, expected) => {
      const { key, runs } = await withValues(numbers)
      expect(await holders(runs, key, op, json)).toEqual(expected)
    })

    const kinds = ['0', '"0"', 'false', 'null', '""', '{}', '[0]', '{"a":0}', '"1"', 'true']

    it.each([
      ['=', '0', [0]],
      ['=', '"0"', [1]],
      ['=', 'false', [2]],
      ['=', 'null', [3]],
      ['=', '""', [4]],
      ['!=', '0', [1, 2, 3, 4, 5, 6, 7, 8, 9]],
      ['<', '1', [0]],
      ['<', '"1"', [1, 4]],
      ['>=', '""', [1, 4, 8]],
      ['prefix', '""', [1, 4, 8]],
      ['prefix', '"1"', [8]],
      ['<', 'true', [2]],
      ['<=', 'null', [3]],
      ['exists', 'true', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ])('compares only values of one kind: %s %s', async (op, json, expected) => {
      const { key, runs } = await withValues(kinds)
      expect(await holders(runs, key, op, json)).toEqual(expected)
    })

    it('compares strings by code point, with any characters and at any length', async () => {
      const long = 'x'.repeat(5000)
      const texts = ['a', 'ab', 'b', 'ﬀ', '😀', 'a\u0000', 'a\t', `${long}a`, `${long}b`, `${long}`, 'a"\\', 'é']
      const { key, runs } = await withValues(texts.map((text) => JSON.stringify(text)))
      const where = (op: string, value: string, holds: (text: Buffer) => boolean) =>
        expect(holders(runs, key, op, JSON.stringify(value))).resolves.toEqual(
          texts.flatMap((text, at) => (holds(Buffer.from(text)) ? [at] : [])),
        )
      for (const value of ['a', 'a\u0000', 'ﬀ', '😀', long, `${long}a`]) {
        const bytes = Buffer.from(value)
        await where('=', value, (text) => text.equals(bytes))
        await where('>', value, (text) => text.compare(bytes) > 0)
        await where('<=', value, (text) => text.compare(bytes) <= 0)
        await where('prefix', value, (text) => text.subarray(0, bytes.length).equals(bytes))
      }
      const sorted = texts.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
      const listed = await jsonOf<PageBody>(ask({ order: `/${key}`, select: [`/${key}`] }))
      const short = sorted.filter((text) => text.length < 900)
      expect(
        listed.runs.map(({ selected }) => selected?.[`/${key}`]).filter((text) => String(text).length < 900),
      ).toEqual(short)
      expect(listed.runs).toHaveLength(texts.length)
    })

    it('finds the same runs by the index and among given ids', async () => {
      const { key, runs } = await withValues([...numbers, ...kinds])
      const conditions = [
        ...[
          '= 0',
          '> 0',
          '>= 0.1',
          '< 1',
          '<= 1',
          '= "0"',
          '>= "0"',
          '< "1"',
          'prefix "1"',
          'prefix ""',
          '= null',
          '< true',
        ],
        ...['between [0, 1]', 'between ["", "0"]', '> 9007199254740992', '< 9007199254740993'],
      ]
      for (const condition of conditions) {
        const driven = await page(['where', `/${key} ${condition}`], ['limit', '200'])
        const [op = '', ...rest] = condition.split(' ')
        const held = await holders(runs, key, op, rest.join(' '))
        expect(ids(driven).toSorted(), condition).toEqual(held.map((at) => runs[at]?.id).toSorted())
      }
    })

    it('finds typed values like plain ones, at any depth and under any key', async () => {
      const key = newKey()
      const run = await create()
      const metadata = { [key]: { 'a/b~c': { '': 's3://b', ' = 1': 2, size: 1024 } } }
      const types = { [`/${key}/a~1b~0c/`]: 'Uri', [`/${key}/a~1b~0c/size`]: 'StorageSize' }
      await log(run, JSON.stringify(metadata), { types })
      for (const where of ['/ = "s3://b"', '/ prefix "s3:"', '/ = 1 = 2', '/size >= 1e3', '/size = 1024.0']) {
        expect(ids(await page(['where', `/${key}/a~1b~0c${where}`])), where).toEqual([run.id])
      }
    })

    it('matches only the latest value, never a replaced, unset or deleted one', async () => {
      const { key, runs } = await withValues(['{"a":1,"b":2}', '{"a":1}', '{"a":1}'])
      const [one, two, three] = runs
      if (one === undefined || two === undefined || three === undefined) throw new Error('three runs were made')
      const by = async (condition: string) => ids(await page(['where', `/${key}${condition}`]))
      expect(await by('/a = 1')).toEqual([three.id, two.id, one.id])
      await log(one, `{"${key}":{"b":2}}`)
      await unset(two, key)
      await log(three, `{"${key}":{"a":7}}`)
      expect(await by('/a = 1')).toEqual([])
      expect(await by('/a > 0')).toEqual([three.id])
      expect(await by('/b = 2')).toEqual([one.id])
      expect(await by(' exists')).toContain(one.id)
      expect(await holders(runs, key, 'exists')).toEqual([0, 2])
      expect(await holders(runs, `${key}/a`, 'exists')).toEqual([2])
      expect(await holders(runs, `${key}/a`, '!=', '1')).toEqual([0, 1, 2])
      await log(two, `{"${key}":{"a":1}}`)
      expect(await by('/a = 1')).toEqual([two.id])
      await log(one, `{"${key}":{"b":2}}`)
      expect(await by('/b = 2')).toEqual([one.id])
    })

    it('applies to the run’s metadata, including logs of steps that also go to the run', async () => {
      const key = newKey()
      const run = await create()
      await log(run, `{"${key}":1}`, { step: 's', relatedEntities: false })
      expect(ids(await page(['where', `/${key} = 1`]))).toEqual([])
      expect(ids(await page(['where', `/${key} exists false`], ['id', run.id]))).toEqual([run.id])
      await log(run, `{"${key}":2}`, { step: 's' })
      expect(ids(await page(['where', `/${key} = 2`]))).toEqual([run.id])
    })

    it('can be combined with and, or and not', async () => {
      const key = newKey()
      const runs: RunBody[] = []
      for (const [a, b] of [
        [1, 1],
        [1, 2],
        [2, 1],
        [2, 2],
      ]) {
        const run = await create()
        await log(run, `{"${key}":{"a":${a},"b":${b}}}`)
        runs.push(run)
      }
      const is = (name: string, value: number) => ({ pointer: `/${key}/${name}`, op: '=', value })
      const cases: [unknown, number[]][] = [
        [{ and: [is('a', 1), is('b', 2)] }, [1]],
        [{ or: [is('a', 2), is('b', 2)] }, [1, 2, 3]],
        [{ and: [{ or: [is('a', 1), is('b', 1)] }, { not: { and: [is('a', 1), is('b', 1)] } }] }, [1, 2]],
        [{ not: is('a', 1) }, [2, 3]],
        [{ not: { pointer: `/${key}/c`, op: '>', value: 0 } }, [0, 1, 2, 3]],
        [[is('a', 1), is('b', 1)], [0]],
        [{ and: [] }, [0, 1, 2, 3]],
        [{ or: [] }, []],
      ]
      for (const [where, expected] of cases) {
        const got = await jsonOf<PageBody>(ask({ where, ids: runs.map(({ id }) => id) }))
        expect(ids(got), JSON.stringify(where)).toEqual(expected.toReversed().map((at) => runs[at]?.id))
      }
      const both = await page(['where', `/${key}/a = 1`], ['where', `/${key}/b = 2`])
      expect(ids(both)).toEqual([runs[1]?.id])
    })
  })

  describe('the searchable part of a log', () => {
    it('is its first 64 scalars outside arrays, and the reply counts the others', async () => {
      const key = newKey()
      const run = await create()
      const fields = Array.from({ length: 40 }, (_, n) => `"f${n}":${n}`).join()
      const text = `{"${key}a":{${fields}},"${key}b":{"list":[1,{"x":2}],"deep":{${fields}},"empty":{}}}`
      const { log: receipt } = await log(run, text)
      expect(receipt).toMatchObject({ unindexed: 16 })
      const by = async (condition: string) => ids(await page(['where', `/${key}${condition}`]))
      expect(await by('a/f39 = 39')).toEqual([run.id])
      expect(await by('b/deep/f23 = 23')).toEqual([run.id])
      expect(await by('b/deep/f24 = 24')).toEqual([])
      expect(await by('b/list/0 = 1')).toEqual([])
      const only = async (condition: string) => ids(await page(['where', `/${key}${condition}`], ['id', run.id]))
      expect(await only('b/deep/f24 = 24')).toEqual([])
      expect(await only('b/deep/f24 != 24')).toEqual([run.id])
      expect(await only('b/deep/f24 exists')).toEqual([])
      expect(await only('b/deep exists')).toEqual([])
      expect(await only('b/list/0 exists')).toEqual([])
      expect(await only('b exists')).toEqual([run.id])
      const { log: small } = await log(run, `{"${key}":[1,2,{"a":3}]}`)
      expect(small).not.toHaveProperty('unindexed')
    })

    it('has pointers of up to 512 bytes', async () => {
      const run = await create()
      const key = newKey() + 'é'.repeat(200)
      const rest = 512 - Buffer.byteLength(`/${key}/`)
      const [fits, long] = ['x'.repeat(rest), 'x'.repeat(rest + 1)]
      const { log: receipt } = await log(run, JSON.stringify({ [key]: { [fits]: 1, [long]: 2, 'a/': 3 } }))
      expect(receipt).toMatchObject({ unindexed: 1 })
      expect(ids(await page(['where', `/${key}/${fits} = 1`]))).toEqual([run.id])
      expect(ids(await page(['where', `/${key}/a~1 = 3`]))).toEqual([run.id])
      expect(ids(await page(['where', `/${key}/${long} = 2`]))).toEqual([])
      expect(ids(await page(['where', `/${key}/${long} = 2`], ['id', run.id]))).toEqual([])
      expect(ids(await page(['order', `/${key}/${long}`]))).toEqual([])
      expect(ids(await page(['where', `/${'x'.repeat(3000)} = 2`]))).toEqual([])
    })

    it('is replaced by a later log with more keys than are searchable', async () => {
      const key = newKey()
      const run = await create()
      await log(run, `{"${key}90":1,"${key}5":1}`)
      const wide = Array.from({ length: 100 }, (_, n) => `"${key}${n}":${n}`).join()
      const { log: receipt } = await log(run, `{${wide}}`)
      expect(receipt).toMatchObject({ unindexed: 36 })
      const only = async (condition: string) => ids(await page(['where', `/${key}${condition}`], ['id', run.id]))
      const by = async (condition: string) => ids(await page(['where', `/${key}${condition}`]))
      expect(await by('90 = 1')).toEqual([])
      expect(await by('90 = 90')).toEqual([])
      expect(await only('90 = 1')).toEqual([])
      expect(await only('90 != 90')).toEqual([run.id])
      expect(await only('90 exists')).toEqual([run.id])
      expect(await only('99 exists')).toEqual([run.id])
      expect(await only('100 exists')).toEqual([])
      expect(await by('5 = 5')).toEqual([run.id])
      expect(await by('63 = 63')).toEqual([run.id])
      expect(await by('64 = 64')).toEqual([])
      await log(run, `{"${key}90":2}`)
      expect(await by('90 = 2')).toEqual([run.id])
      await unset(run, `${key}80`)
      expect(await only('80 exists')).toEqual([])
      expect(await only('81 exists')).toEqual([run.id])
    })

    it('is empty for a run with index: false, which is still listed', async () => {
      const pipeline = newKey()
      const key = newKey()
      const run = await create({ pipeline, index: false })
      const { log: receipt } = await log(run, `{"${key}":1}`)
      expect(receipt).not.toHaveProperty('unindexed')
      const only = async (condition: string) =>
        ids(await page(['where', `/${key}${condition}`], ['pipeline', pipeline]))
      expect(await only(' = 1')).toEqual([])
      expect(await only(' exists')).toEqual([])
      expect(await only(' != 1')).toEqual([run.id])
      expect(ids(await page(['order', `/${key}`]))).toEqual([])
      expect(await page(['pipeline', pipeline], ['select', `/${key}`])).toMatchObject({
        runs: [{ id: run.id, selected: { [`/${key}`]: 1 } }],
      })
    })
  })

  describe('a mistake', () => {
    it.each<[string, Parameters]>([
      ['naem', [['naem', 'x']]],
      ['limit', [['limit', '0']]],
      ['limit', [['limit', '201']]],
      ['limit', [['limit', '1.5']]],
      ['limit', [['limit', '']]],
      ['status', [['status', 'done']]],
      ['pipeline', [['pipeline', 'a/b']]],
      ['name', [['name', '']]],
      ['name', [['name', 'a/b']]],
      ['createdAfter', [['createdAfter', 'yesterday']]],
      ['createdBefore', [['createdBefore', '']]],
      ['id', [['id', 'x']]],
      ['id', Array.from({ length: 101 }, () => ['id', randomUUID()] as const)],
      ['include', [['include', 'everything']]],
      ['order', [['order', 'name']]],
      ['order', [['order', '']]],
      ['order', [['order', '-']]],
      ['order', [['order', '/a~2']]],
      ['select', [['select', 'a']]],
      ['select', [['select', '']]],
      [
        'name',
        [
          ['name', 'a'],
          ['name', 'a'],
        ],
      ],
      ['where[0]', [['where', '']]],
      ['where[0]', [['where', '/a']]],
      ['where[0]', [['where', '/a >= ']]],
      [
        'where[1] at column 6',
        [
          ['where', '/a = 1'],
          ['where', '/a = b'],
        ],
      ],
      [
        'where[0]',
        [
          ['where', '/a like "x"'],
          ['order', '/a'],
        ],
      ],
      ['where[0] at column 1', [['where', 'a = 1']]],
      ['where[0] at column 6', [['where', '/a = [1]']]],
      ['where[0] at column 6', [['where', '/a = 1,"b":2']]],
      ['where[0] at column 6', [['where', '/a = 1}, {"b":2']]],
      ['where[0] at column 7', [['where', '/a in 1']]],
      ['where[0] at column 12', [['where', '/a between [1]']]],
      ['where[0] at column 12', [['where', '/a between [1, "2"]']]],
      ['where[0] at column 11', [['where', '/a prefix 1']]],
      ['where[0] at column 11', [['where', '/a exists 1']]],
      ['where[0] at column 6', [['where', '/a = 01']]],
      ['where[0] at column 6', [['where', '/a = "\\ud800"']]],
      ['where[0] at column 6', [['where', '/a = {"b":1,"b":2}']]],
    ])('in a list gets a 400 that names %s', async (place, parameters) => {
      const problem = await refusalOf(list(...parameters), 400, 'bad_request')
      expect(problem.detail.startsWith(place), problem.detail).toBe(true)
    })

    it.each<[string, unknown]>([
      ['nmae', { nmae: 'x' }],
      ['ids.0', { ids: ['x'] }],
      ['limit', { limit: '5' }],
      ['limit', { limit: 0 }],
      ['select', { select: '/a' }],
      ['select[0]', { select: ['a'] }],
      ['include', { include: 'metadata' }],
      ['where', { where: 1 }],
      ['where', { where: '/a = 1' }],
      ['where', { where: null }],
      ['where', { where: {} }],
      ['where.op', { where: { pointer: '/a' } }],
      ['where.op', { where: { pointer: '/a', op: '==', value: 1 } }],
      ['where.pointer', { where: { pointer: 'a', op: '=', value: 1 } }],
      ['where.pointer', { where: { pointer: 1, op: '=', value: 1 } }],
      ['where.value', { where: { pointer: '/a', op: '=' } }],
      ['where.value', { where: { pointer: '/a', op: '=', value: {} } }],
      ['where.value[1]', { where: { pointer: '/a', op: 'in', value: [1, []] } }],
      ['where', { where: { pointer: '/a', op: '=', value: 1, extra: 1 } }],
      ['where', { where: { and: [], or: [] } }],
      ['where.and', { where: { and: {} } }],
      ['where[1].or[0].not.op', { where: [{ and: [] }, { or: [{ not: { pointer: '/a', op: '~', value: 1 } }] }] }],
      ['where', { where: { or: Array.from({ length: 101 }, () => ({ pointer: '/a', op: '=', value: 1 })) } }],
    ])('in a search gets a 400 that names %s', async (place, body) => {
      const problem = await refusalOf(ask(body), 400, 'bad_request')
      expect(problem.detail.startsWith(`${place}`), problem.detail).toBe(true)
    })

    it('in the form of a request gets a 400, 415 or 401', async () => {
      await refusalOf(ask('{"where":{"and":[}'), 400, 'bad_request')
      await refusalOf(ask(`{"where":${'{"not":'.repeat(70)}1${'}'.repeat(70)}}`), 400, 'bad_request')
      await refusalOf(app().request('/v1/runs/search', { method: 'POST', body: '{}' }), 415, 'unsupported_media_type')
      const headers = { authorization: 'Bearer no' }
      await refusalOf(app().request('/v1/runs', { headers }), 401, 'unauthorized')
      await refusalOf(app().request('/v1/runs/search', { method: 'POST', headers }), 401, 'unauthorized')
    })
  })
}
