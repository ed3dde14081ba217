import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonOf, type RunBody, refusalOf } from '../support/app.ts'
import { joinedBy } from '../support/joined.ts'
import { laterThan } from '../support/later.ts'
import type { Subject } from './suite.ts'

interface PageBody {
  readonly runs: readonly RunBody[]
  readonly order: string
  readonly next?: string
}

/** Filters with several values, parts of texts, and several conditions. */
export function filters(app: Subject): void {
  const create = async (body: object) =>
    laterThan(await jsonOf<RunBody>(app().send('POST', '/v1/runs', JSON.stringify(body)), 201))
  const log = (run: RunBody, metadata: object) =>
    jsonOf(app().send('POST', `/v1/runs/${run.id}/metadata`, JSON.stringify({ metadata })), 201)
  const list = (query: string) => app().request(`/v1/runs?${query}`)
  const ask = (body: object) => app().send('POST', '/v1/runs/search', JSON.stringify(body))
  const namesOf = async (reply: Promise<Response>) => (await jsonOf<PageBody>(reply)).runs.map(({ name }) => name)
  const where = (...conditions: string[]) => conditions.map((one) => `where=${encodeURIComponent(one)}`).join('&')

  describe('several statuses and pipelines', () => {
    it('find runs with any of them, newest first, in pages that join completely', async () => {
      const stem = `p${randomUUID().slice(0, 8)}`
      const names: string[] = []
      for (let n = 0; n < 9; n++) {
        const status = ['running', 'completed', 'failed'][n % 3]
        names.push((await create({ name: `${stem}-${n}`, pipeline: `${stem}-${n % 4}`, status })).name)
      }
      const newest = names.toReversed()
      const of = (test: (n: number) => boolean) => newest.filter((name) => test(Number(name.at(-1))))
      const pipelines = `pipeline=${stem}-1&pipeline=${stem}-3`
      expect(await namesOf(list(pipelines))).toEqual(of((n) => n % 4 === 1 || n % 4 === 3))
      expect(await namesOf(list(`${pipelines}&status=failed&status=completed`))).toEqual(
        of((n) => n % 2 === 1 && n % 3 > 0),
      )
      expect(await namesOf(list(`name=${stem}&status=failed&status=running&status=failed`))).toEqual(
        of((n) => n % 3 !== 1),
      )
      const body = { name: stem, status: ['failed', 'completed'], pipeline: `${stem}-1` }
      expect(await namesOf(ask(body))).toEqual(of((n) => n % 4 === 1 && n % 3 > 0))
      const paged: string[] = []
      for (let cursor = ''; ; ) {
        const page = await jsonOf<PageBody>(list(`${pipelines}&limit=2${cursor}`))
        expect(page.order).toBe('-createdAt')
        paged.push(...page.runs.map(({ name }) => name))
        if (page.next === undefined) break
        cursor = `&cursor=${page.next}`
      }
      expect(paged).toEqual(of((n) => n % 2 === 1))
      const last = await jsonOf<RunBody>(app().request(`/v1/runs/${names[7]}`))
      expect(await namesOf(list(`${pipelines}&createdBefore=${last.createdAt}`))).toEqual(
        of((n) => n % 2 === 1 && n < 7),
      )
    })

    it('are validated one by one, and must not be empty', async () => {
      await refusalOf(list('status=failed&status=done'), 400, 'bad_request')
      await refusalOf(list(`pipeline=a&pipeline=${encodeURIComponent('a/b')}`), 400, 'bad_request')
      const { detail } = await refusalOf(ask({ status: [] }), 400, 'bad_request')
      expect(detail).toContain('status')
      await refusalOf(ask({ pipeline: 1 }), 400, 'bad_request')
      await refusalOf(list('name=a&name=b'), 400, 'bad_request')
    })
  })

  describe('nameContains', () => {
    it('finds a part of a name in any case, and takes wildcards literally', async () => {
      const tail = randomUUID().slice(0, 8)
      const names = [`Iris-${tail}-Straße`, `other-${tail}-IRIS_x`, `plain-${tail}`, `ΟΔΟΣ-${tail}`]
      for (const name of names) await create({ name })
      const found = async (part: string) =>
        (await namesOf(list(`nameContains=${encodeURIComponent(part)}`))).filter((name) => name.includes(tail))
      expect((await found('iris')).sort()).toEqual([names[0], names[1]])
      expect(await found(`${tail.toUpperCase()}-strasse`)).toEqual([names[0]])
      expect(await found(`οδος-${tail}`)).toEqual([names[3]])
      expect(await found(`iris_`)).toEqual([names[1]])
      expect(await found(`${tail}*`)).toEqual([])
      expect(await namesOf(ask({ nameContains: tail.toUpperCase(), name: 'plain' }))).toEqual([names[2]])
    })

    it('must not be empty', async () => {
      await refusalOf(list('nameContains='), 400, 'bad_request')
      await refusalOf(ask({ nameContains: '' }), 400, 'bad_request')
    })
  })

  describe('contains', () => {
    it('finds a string within a string literally, and no values of other kinds', async () => {
      const key = `k${randomUUID().slice(0, 8)}`
      const values = [
        'the Cat sat',
        'cat',
        'a\nb',
        'n0',
        '😀é',
        `${'x'.repeat(2000)}needle`,
        12,
        ['cat'],
        true,
        'a\u0000b',
      ]
      const runs: RunBody[] = []
      for (const value of values) {
        const run = await create({ pipeline: key })
        await log(run, { [key]: value })
        runs.push(run)
      }
      const found = async (part: string) => {
        const condition = `/${key} contains ${JSON.stringify(part)}`
        const { runs: got } = await jsonOf<PageBody>(list(`pipeline=${key}&${where(condition)}`))
        const wanted = { pipeline: key, where: { pointer: `/${key}`, op: 'contains', value: part } }
        const posted = await jsonOf<PageBody>(ask(wanted))
        expect(posted.runs).toEqual(got)
        return runs.flatMap(({ id }, at) => (got.some((run) => run.id === id) ? [at] : []))
      }
      expect(await found('cat')).toEqual([1])
      expect(await found('at')).toEqual([0, 1])
      expect(await found('0')).toEqual([3])
      expect(await found('\n')).toEqual([2])
      expect(await found('\u0000b')).toEqual([9])
      expect(await found('é')).toEqual([4])
      expect(await found('needle')).toEqual([5])
      expect(await found('xn')).toEqual([5])
      expect(await found('')).toEqual([0, 1, 2, 3, 4, 5, 9])
      expect(await found('%')).toEqual([])
      const amongAll = await jsonOf<PageBody>(list(where(`/${key} contains "needle"`)))
      expect(amongAll.runs.map(({ id }) => id)).toEqual([runs[5]?.id])
      const ordered = await jsonOf<PageBody>(list(`order=/${key}&${where(`/${key} contains "at"`)}`))
      expect(ordered.runs.map(({ id }) => id)).toEqual([runs[1]?.id, runs[0]?.id])
    })

    it('accepts only a string', async () => {
      const { detail } = await refusalOf(list(where('/a contains 1')), 400, 'bad_request')
      expect(detail).toContain('must be a string for contains')
    })
  })

  describe('several conditions in one where', () => {
    it.each([
      '/acc >= 0.9 and /lr = 0.1',
      '/acc >= 0.9 AND /lr = 0.1',
      '/acc >= 0.9 or /lr = 0.1',
      '/acc >= 0.9 && /lr = 0.1',
      '/acc >= 0.9&&/lr = 0.1',
      '/acc >= 0.9 || /lr = 0.1',
      '/acc >= 0.9, /lr = 0.1',
      '/acc >= 0.9,/lr = 0.1',
      '/acc >= 0.9 and lr = 0.1',
      '/name = "a and b" and /lr = 0.1',
      '/name = "a \\" or b" or /lr = "x"',
      '/lr in [1, 2] and /acc = 1',
      '/lr between [1, 2], /acc = 1',
      '/lr exists and /acc = 1',
      '/lr exists true or /acc exists',
      '/name = iris and /acc = 1',
      '/a = 1 and /b = 2 and /c = 3',
      '/a exists, /b = 2',
      '/a exists,/b = 2',
      '/a exists, /b exists',
      '/a exists&&/b = 2',
      '/a exists&& /b = 2',
      '/a exists||/b exists',
      '/a exists trueor /b exists',
      '/a = 1 and/b = 2',
      '/a = 1and /b = 2',
      '/a=1 and /b = 2',
      '/a>=0.9 && /b = 2',
      '/a=1, /b = 2',
      '/a == 1 and /b = 2',
      '/a in[1], /b = 2',
    ])('are refused with advice: %s', async (condition) => {
      const { detail } = await refusalOf(list(where('/a = 1', condition)), 400, 'bad_request')
      expect(detail).toMatch(/^where\[1\] at column \d+: /)
      expect(detail).toContain('repeat where')
      expect(detail).toContain('POST /v1/runs/search')
    })

    it('are refused whatever joins them, with or without spaces', async () => {
      await fc.assert(
        fc.asyncProperty(joinedBy('and', 'or', 'AND', '&&', '||', ','), async (condition) => {
          const { detail } = await refusalOf(list(where(condition)), 400, 'bad_request')
          expect(detail).toContain('repeat where')
        }),
      )
    })

    it('are advised about spaces, and about a key that only looks like a condition', async () => {
      const { detail } = await refusalOf(list(where('/a=1, /b = 2')), 400, 'bad_request')
      expect(detail).toContain('put a space on each side of an operator')
      const key = `k${randomUUID().slice(0, 8)}=1, `
      const run = await create({})
      await log(run, { [key]: { b: 2 } })
      const { detail: advice } = await refusalOf(list(where(`/${key}/b = 2`)), 400, 'bad_request')
      expect(advice).toContain('POST also searches keys with these characters')
      expect(await namesOf(ask({ where: { pointer: `/${key}/b`, op: '=', value: 2 } }))).toEqual([run.name])
    })

    it('can be given in repeated parameters; texts that look like conditions are taken literally', async () => {
      const run = await create({})
      const stem = `k${randomUUID().slice(0, 8)}`
      await log(run, { [stem]: 'x and /y = 1', [`${stem} > 0.5`]: 1, [`${stem} and more`]: 2, [`${stem},b`]: 3 })
      await log(run, { [`${stem}=1`]: { error: { rate: 4 } }, [`${stem}x`]: { 'y existsx, ': { z: 5 } } })
      for (const one of [
        where(`/${stem} = "x and /y = 1"`),
        where(`/${stem} > 0.5 = 1`),
        where(`/${stem} and more = 2`),
        where(`/${stem},b >= 3`),
        where(`/${stem}=1/error/rate = 4`),
        where(`/${stem}x/y existsx, /z = 5`),
        where(`/${stem} contains " and "`, `/${stem} exists`),
      ]) {
        expect((await jsonOf<PageBody>(list(one))).runs.map(({ id }) => id)).toEqual([run.id])
      }
      const both = {
        and: [
          { pointer: `/${stem}`, op: 'exists' },
          { pointer: `/${stem},b`, op: '=', value: 3 },
        ],
      }
      expect((await jsonOf<PageBody>(ask({ where: both }))).runs.map(({ id }) => id)).toEqual([run.id])
    })
  })
}
