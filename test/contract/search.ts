import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { jsonOf, type ReceiptBody, type RunBody, refusalOf } from '../support/app.ts'
import { laterThan } from '../support/later.ts'
import type { Subject } from './suite.ts'

interface ListedBody extends RunBody {
  readonly selected?: Record<string, unknown>
  readonly metadata?: Record<string, unknown>
  readonly steps?: Record<string, unknown>
}

interface PageBody {
  readonly runs: readonly ListedBody[]
  readonly order: string
  readonly next?: string
}

type Parameters = readonly (readonly [string, string])[]

export function search(app: Subject): void {
  const create = async (body: object = {}) =>
    laterThan(await jsonOf<RunBody>(app().send('POST', '/v1/runs', JSON.stringify(body)), 201))
  /** Logs metadata, given as text, so that literals stay. */
  const log = async (run: RunBody, metadata: string, options: object = {}) => {
    const rest = JSON.stringify(options).slice(1)
    const body = `{"metadata":${metadata}${rest === '}' ? '' : ','}${rest}`
    return jsonOf<ReceiptBody>(app().send('POST', `/v1/runs/${run.id}/metadata`, body), 201)
  }
  const unset = (run: RunBody, key: string) =>
    app().request(`/v1/runs/${run.id}/metadata?${new URLSearchParams({ key })}`, { method: 'DELETE' })
  const list = (...parameters: Parameters) =>
    app().request(`/v1/runs?${new URLSearchParams(parameters.map(([name, value]) => [name, value]))}`)
  const ask = (body: unknown) =>
    app().send('POST', '/v1/runs/search', typeof body === 'string' ? body : JSON.stringify(body))
  const page = (...parameters: Parameters) => jsonOf<PageBody>(list(...parameters))
  const ids = ({ runs }: PageBody) => runs.map(({ id }) => id)
  const names = ({ runs }: PageBody) => runs.map(({ name }) => name)

  /** A key of the test's own, so that what others log to is out of its way. */
  const newKey = () => `k${randomUUID().slice(0, 8)}`

  /** Runs with one value each of a key of their own, in the order of their creation. */
  async function withValues(values: readonly string[]): Promise<{ key: string; runs: RunBody[] }> {
    const key = newKey()
    const runs: RunBody[] = []
    for (const value of values) {
      const run = await create()
      await log(run, `{${JSON.stringify(key)}:${value}}`)
      runs.push(run)
    }
    return { key, runs }
  }

  /** Which of these runs hold it, by GET and by POST, in the order of the list. */
  async function holders(runs: readonly RunBody[], key: string, op: string, json?: string): Promise<number[]> {
    const text = `/${key} ${op}${json === undefined ? '' : ` ${json}`}`
    const body = `{"where":{"pointer":"/${key}","op":"${op}"${json === undefined ? '' : `,"value":${json}`}},"ids":${JSON.stringify(runs.map(({ id }) => id))}}`
    const byId: Parameters = runs.map(({ id }) => ['id', id])
    const [got, posted] = [await page(['where', text], ...byId), await jsonOf<PageBody>(ask(body))]
    expect(posted).toEqual(got)
    const found = ids(got)
    return runs.flatMap(({ id }, at) => (found.includes(id) ? [at] : []))
  }

  /** All pages of a call. */
  async function all(parameters: Parameters): Promise<ListedBody[]> {
    const runs: ListedBody[] = []
    let cursor: string | undefined
    do {
      const got: PageBody = await page(...parameters, ...(cursor === undefined ? [] : [['cursor', cursor] as const]))
      runs.push(...got.runs)
      cursor = got.next
    } while (cursor !== undefined)
    return runs
  }

  describe('a list', () => {
    it('has the newest first, with what a run shows', async () => {
      const pipeline = newKey()
      const runs: RunBody[] = []
      for (let n = 0; n < 3; n++) runs.push(await create({ pipeline, name: `${pipeline}-${n}` }))
      const got = await page(['pipeline', pipeline])
      expect(got).toEqual({ runs: runs.toReversed(), order: '-createdAt' })
      expect((await page()).order).toBe('-createdAt')
      expect(ids(await page(['limit', '3']))).toEqual(runs.toReversed().map(({ id }) => id))
    })

    it('is by name where a prefix is given, ascending, and takes the prefix verbatim', async () => {
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

    it('is by status as it is now', async () => {
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

    it('is by pipeline as it is now', async () => {
      const [first, second] = [newKey(), newKey()]
      const run = await create({ pipeline: first })
      await jsonOf(app().send('PATCH', `/v1/runs/${run.id}`, JSON.stringify({ pipeline: second })))
      expect(ids(await page(['pipeline', first]))).toEqual([])
      expect(ids(await page(['pipeline', second]))).toEqual([run.id])
    })

    it('is between two times, without the moments themselves', async () => {
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

    it('gives runs by their ids, in any spelling, and leaves out those that are not there', async () => {
      const runs = [await create(), await create()]
      const spelled = [runs[1]?.id.toUpperCase() ?? '', runs[0]?.id.replaceAll('-', '') ?? '', randomUUID()]
      const got = await page(...spelled.map((id) => ['id', id] as const))
      expect(ids(got)).toEqual(runs.toReversed().map(({ id }) => id))
      expect(got.next).toBeUndefined()
      expect(ids(await jsonOf<PageBody>(ask({ ids: spelled, limit: 1 })))).toEqual([runs[1]?.id])
      expect(ids(await jsonOf<PageBody>(ask({ ids: [] })))).toEqual([])
    })

    it('never has a deleted run', async () => {
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
    ])('does not mix kinds: %s %s', async (op, json, expected) => {
      const { key, runs } = await withValues(kinds)
      expect(await holders(runs, key, op, json)).toEqual(expected)
    })

    it('compares strings by code point, whatever is in them and however long they are', async () => {
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

    it('drives as it checks: the same runs with the pointer’s index and with ids', async () => {
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

    it('finds typed values by their plain kind, at any depth, and under keys of any name', async () => {
      const key = newKey()
      const run = await create()
      const metadata = { [key]: { 'a/b~c': { '': 's3://b', ' = 1': 2, size: 1024 } } }
      const types = { [`/${key}/a~1b~0c/`]: 'Uri', [`/${key}/a~1b~0c/size`]: 'StorageSize' }
      await log(run, JSON.stringify(metadata), { types })
      for (const where of ['/ = "s3://b"', '/ prefix "s3:"', '/ = 1 = 2', '/size >= 1e3', '/size = 1024.0']) {
        expect(ids(await page(['where', `/${key}/a~1b~0c${where}`])), where).toEqual([run.id])
      }
    })

    it('sees the latest value alone: replaced, unset and deleted ones never match', async () => {
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

    it('is of the run’s metadata: a step’s counts where it goes to the run as well', async () => {
      const key = newKey()
      const run = await create()
      await log(run, `{"${key}":1}`, { step: 's', relatedEntities: false })
      expect(ids(await page(['where', `/${key} = 1`]))).toEqual([])
      expect(ids(await page(['where', `/${key} exists false`], ['id', run.id]))).toEqual([run.id])
      await log(run, `{"${key}":2}`, { step: 's' })
      expect(ids(await page(['where', `/${key} = 2`]))).toEqual([run.id])
    })

    it('joins with and, or and not', async () => {
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

  describe('what is searchable', () => {
    it('is the first 64 scalars outside arrays of a log, and its reply counts the others', async () => {
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

    it('is under pointers of up to 512 bytes', async () => {
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

    it('of a log of more keys than that is current where the log replaced what was searchable', async () => {
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

    it('is nothing of a run made with index: false, which is listed all the same', async () => {
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

  describe('an order', () => {
    it('is by any pointer, both ways, with ties by creation, and leaves out what has no scalar there', async () => {
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

    it('is that of creation among strings that an index cannot tell apart', async () => {
      const alike = 'x'.repeat(899)
      const { key, runs } = await withValues([`"${alike}b"`, `"${alike}a"`, `"${alike.slice(1)}y"`, `"${alike}"`])
      const at = (...places: number[]) => places.map((place) => runs[place]?.id)
      expect(ids(await page(['order', `/${key}`]))).toEqual(at(0, 1, 3, 2))
      expect(ids(await page(['where', `/${key} > "${alike}a"`], ['order', `/${key}`]))).toEqual(at(0, 2))
    })

    it('is that of strings where a character lies across the end of what an index holds', async () => {
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

    it('is that of the value where its JSON is long and the value is not', async () => {
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

    it('is by what drives: an equality newest first, a range highest first', async () => {
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
    it.each(['1', '3', '7', '200'])('of %s join without gap or repetition, however they are ordered', async (limit) => {
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

  describe('what comes along', () => {
    it('are the values selected, as they were logged; one that names nothing is absent', async () => {
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

    it('is all metadata where it is included, as reading the run gives it', async () => {
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
    ])('in a list is a 400 that names %s', async (place, parameters) => {
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
    ])('in a search is a 400 that names %s', async (place, body) => {
      const problem = await refusalOf(ask(body), 400, 'bad_request')
      expect(problem.detail.startsWith(`${place}`), problem.detail).toBe(true)
    })

    it('of form is a 400, 415 or 401', async () => {
      await refusalOf(ask('{"where":{"and":[}'), 400, 'bad_request')
      await refusalOf(ask(`{"where":${'{"not":'.repeat(70)}1${'}'.repeat(70)}}`), 400, 'bad_request')
      await refusalOf(app().request('/v1/runs/search', { method: 'POST', body: '{}' }), 415, 'unsupported_media_type')
      const headers = { authorization: 'Bearer no' }
      await refusalOf(app().request('/v1/runs', { headers }), 401, 'unauthorized')
      await refusalOf(app().request('/v1/runs/search', { method: 'POST', headers }), 401, 'unauthorized')
    })
  })

  it('keeps a run that is named search, and lists what was logged at once', async () => {
    const run = await create({ name: 'search' })
    expect((await jsonOf<RunBody>(app().request('/v1/runs/search'))).id).toBe(run.id)
    expect((await app().request('/v1/runs/search', { method: 'DELETE' })).status).toBe(204)
  })
}
