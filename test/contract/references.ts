import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { jsonOf, type RunBody, refusalOf, testApp } from '../support/app.ts'
import type { Subject } from './suite.ts'

/** References with the wildcards of other languages. */
const WILDCARDS: readonly string[] = ['%', '_', '*', '?', '.*', '-', '--', '%25', '#', 'ru_', 'a%']

export function references(app: Subject): void {
  const create = async (body: Record<string, string>) =>
    jsonOf<RunBody>(app().send('POST', '/v1/runs', JSON.stringify(body)), 201)
  const ask = (reference: string) => app().request(`/v1/runs/${encodeURIComponent(reference)}`)
  const found = async (reference: string) => (await jsonOf<RunBody>(ask(reference))).id
  const fresh = () => `ref-${randomUUID()}`
  const hex = (bytes: number) => randomBytes(bytes).toString('hex')

  it('finds a run by its id in any case, with hyphens and without', async () => {
    const { id } = await create({})
    for (const spelt of [id, id.toUpperCase(), id.replaceAll('-', ''), id.replaceAll('-', '').toUpperCase()]) {
      expect(await found(spelt)).toBe(id)
    }
  })

  it('finds a run by a prefix of its id in any case, hyphens ignored', async () => {
    const { id } = await create({})
    const digits = id.replaceAll('-', '')
    for (const prefix of [
      id.slice(0, 35),
      id.slice(0, 14).toUpperCase(),
      digits.slice(0, 20),
      `${digits.slice(0, 12)}-`,
    ]) {
      expect(await found(prefix)).toBe(id)
    }
  })

  it('finds a run by its name and by a prefix of its name, case-sensitively', async () => {
    const name = `Case-${randomUUID()}`
    const { id } = await create({ name })
    expect(await found(name)).toBe(id)
    expect(await found(name.slice(0, 20))).toBe(id)
    await refusalOf(ask(name.toLowerCase()), 404, 'run_not_found')
    await refusalOf(ask(name.slice(0, 20).toUpperCase()), 404, 'run_not_found')
  })

  it.each(['.', '..'])(
    'finds a run whose name begins with %j, where the reference is not in a path',
    async (prefix) => {
      const own = await testApp({ engine: app().engine })
      const { id } = await jsonOf<RunBody>(
        own.send('POST', '/v1/runs', JSON.stringify({ name: `${prefix}hidden` })),
        201,
      )
      const body = JSON.stringify({ logs: [{ run: prefix, metadata: { a: 1 } }] })
      expect(await jsonOf(own.send('POST', '/v1/metadata', body))).toMatchObject({ results: [{ run: { id } }] })
    },
  )

  it('prefers an exact name to a longer name that begins with it', async () => {
    const name = fresh()
    const { id } = await create({ name })
    await create({ name: `${name}-more` })
    expect(await found(name)).toBe(id)
  })

  it.each(WILDCARDS)('treats %j literally', async (reference) => {
    const own = await testApp({ engine: app().engine })
    await jsonOf(own.send('POST', '/v1/runs', '{}'), 201)
    await refusalOf(own.request(`/v1/runs/${encodeURIComponent(reference)}`), 404, 'run_not_found')
  })

  it('treats a wildcard as a prefix of names that begin with it', async () => {
    const tail = hex(8)
    const { id } = await create({ name: `_*${tail}` })
    await create({ name: `xx${tail}` })
    expect(await found(`_*${tail.slice(0, 10)}`)).toBe(id)
  })

  describe('a run that is named like another', () => {
    it('is found by its name if that is a UUID but not the id of a run', async () => {
      const name = randomUUID()
      const { id } = await create({ name })
      expect(await found(name)).toBe(id)
      expect(await found(name.slice(0, 30))).toBe(id)
    })

    it('is not found by a name that is the id of another run', async () => {
      const one = await create({})
      const other = await create({ name: one.id })
      expect(await found(one.id)).toBe(one.id)
      expect(await found(other.id)).toBe(other.id)
    })

    it('is preferred to a run whose id begins with its name', async () => {
      const one = await create({})
      const other = await create({ name: one.id.slice(0, 13) })
      expect(await found(one.id.slice(0, 13))).toBe(other.id)
      expect(await found(one.id.slice(0, 18))).toBe(one.id)
    })

    it('is found by a full UUID that its name begins with', async () => {
      const uuid = randomUUID()
      const { id } = await create({ name: `${uuid}-retry` })
      expect(await found(uuid)).toBe(id)
    })
  })

  describe('an ambiguous prefix', () => {
    it('lists each candidate once, with matches by id first', async () => {
      const digits = hex(4)
      const byId = await create({ id: `${digits}-0000-4000-8000-${hex(6)}`, name: fresh() })
      const both = await create({ id: `${digits}-0000-4000-8000-${hex(6)}`, name: `${digits}-b` })
      const byName = await create({ name: `${digits}-a` })
      const problem = await refusalOf(ask(digits), 409, 'ambiguous_run')
      expect(problem.more).toBe(false)
      const ids = problem.candidates?.map(({ id }) => id) ?? []
      expect(new Set(ids.slice(0, 2))).toEqual(new Set([byId.id, both.id]))
      expect(ids.slice(2)).toEqual([byName.id])
      expect(problem.candidates?.[2]).toEqual({ id: byName.id, name: byName.name, createdAt: byName.createdAt })
    })

    it('lists 20 candidates and says that there are more', async () => {
      const prefix = fresh()
      const names = Array.from({ length: 21 }, (_, n) => `${prefix}-${String(n).padStart(2, '0')}`)
      for (const name of names.slice(0, 20)) await create({ name })
      const twenty = await refusalOf(ask(prefix), 409, 'ambiguous_run')
      expect(twenty.candidates?.map(({ name }) => name)).toEqual(names.slice(0, 20))
      expect(twenty.more).toBe(false)
      await create({ name: names[20] ?? '' })
      const more = await refusalOf(ask(prefix), 409, 'ambiguous_run')
      expect(more.candidates).toHaveLength(20)
      expect(more.more).toBe(true)
    })

    it('lists each candidate once, even if they span several pages of the index', async () => {
      const digits = hex(4)
      const make = (n: number) =>
        create({ id: `${digits}-0000-4000-8000-${hex(5)}${String(n).padStart(2, '0')}`, name: `${digits}-${n}` })
      const made = await Promise.all(Array.from({ length: 15 }, (_, n) => make(n)))
      const problem = await refusalOf(ask(digits), 409, 'ambiguous_run')
      expect(new Set(problem.candidates?.map(({ id }) => id))).toEqual(new Set(made.map(({ id }) => id)))
      expect(problem.candidates).toHaveLength(15)
      expect(problem.more).toBe(false)
    })

    it('refers to the run of which it is the complete name', async () => {
      const prefix = fresh()
      const runs = [
        await create({ name: prefix }),
        await create({ name: `${prefix}1` }),
        await create({ name: `${prefix}2` }),
      ]
      expect(await found(prefix)).toBe(runs[0]?.id)
    })
  })

  it('distinguishes long names that differ only at the end', async () => {
    const stem = '𐀀'.repeat(240) + hex(4)
    const one = await create({ name: `${stem}-one` })
    const other = await create({ name: `${stem}-two` })
    expect(await found(`${stem}-one`)).toBe(one.id)
    expect(await found(`${stem}-t`)).toBe(other.id)
    expect(await found(`${stem}-o`)).toBe(one.id)
    const problem = await refusalOf(ask(stem), 409, 'ambiguous_run')
    expect(new Set(problem.candidates?.map(({ id }) => id))).toEqual(new Set([one.id, other.id]))
  })

  it('refuses an empty reference with advice', async () => {
    const empty = app()
    await refusalOf(empty.request('/v1/runs/'), 400, 'bad_request')
    await refusalOf(empty.send('PATCH', '/v1/runs/', '{}'), 400, 'bad_request')
    await refusalOf(empty.send('POST', '/v1/runs//metadata', '{"metadata":{"a":1}}'), 400, 'bad_request')
  })

  it.each([
    ['longer than any name', 'x'.repeat(256)],
    ['longer than any id', 'a'.repeat(33)],
    ['with a control character, which no name has', 'a\tb'],
    ['with a slash, which no name has', 'a/b'],
  ])('finds no run for a reference %s', async (_, reference) => {
    await refusalOf(ask(reference), 404, 'run_not_found')
  })

  it('accepts a log by prefix', async () => {
    const name = fresh()
    const { id } = await create({ name })
    const path = `/v1/runs/${name.slice(0, 30)}/metadata`
    const receipt = await jsonOf(app().send('POST', path, '{"metadata":{"a":1}}'), 201)
    expect(receipt.run).toEqual({ id, name })
  })
}
