import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { jsonOf, type RunBody, refusalOf } from '../support/app.ts'
import type { Subject } from './suite.ts'

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const NAMES: readonly string[] = [
  'a',
  'With Space ',
  ' leading',
  'ünïcödé-日本語-🏃',
  '__proto__',
  '_',
  '*',
  '...',
  'a..b',
  '-x',
  'key=value&other;+,$@!~\'"()[]{}|<>^`',
  '𐀀'.repeat(255),
]

const BAD_NAMES: readonly (readonly [name: string, text: string])[] = [
  ['an empty name', ''],
  ['256 characters', 'x'.repeat(256)],
  ['a control character', 'a\u0000b'],
  ['a line break', 'a\nb'],
  ['a C1 control character', 'a\u0085'],
  ['a slash', 'a/b'],
  ['a backslash', 'a\\b'],
  ['a hash', 'a#b'],
  ['a question mark', 'a?b'],
  ['a percent sign', '100%'],
  ['a dot', '.'],
  ['two dots', '..'],
]

const BAD_FIELDS: readonly (readonly [field: string, value: string])[] = [
  ['id', '"x"'],
  ['id', '""'],
  ['id', '1'],
  ['id', 'null'],
  ['id', '"3f2c1b9e-8a51-4a7e-9d7c-0f6f5a1c2b3"'],
  ['name', 'null'],
  ['name', '"\\ud800"'],
  ['pipeline', '""'],
  ['pipeline', '"a/b"'],
  ['status', '"done"'],
  ['status', '"Running"'],
  ['startedAt', '"yesterday"'],
  ['startedAt', '"2026-02-30T00:00:00Z"'],
  ['startedAt', '"2026-01-01T00:00:00"'],
  ['startedAt', '1700000000'],
  ['startedAt', '"2026-01-01T24:00:00Z"'],
  ['startedAt', '"9999-12-31T23:59:59-01:00"'],
  ['index', '"no"'],
  ['nmae', '"typo"'],
  ['__proto__', '{}'],
]

export function runs(app: Subject): void {
  const create = (body: unknown) => app().send('POST', '/v1/runs', JSON.stringify(body))
  const created = (body: unknown, status = 201) => jsonOf<RunBody>(create(body), status)
  const read = (run: string) => jsonOf<RunBody>(app().request(`/v1/runs/${encodeURIComponent(run)}`))
  const change = (run: string, body: unknown) =>
    app().send('PATCH', `/v1/runs/${encodeURIComponent(run)}`, JSON.stringify(body))
  const fresh = () => `run-${randomUUID()}`

  it('creates a run with the given fields, and reads it back', async () => {
    const given = { name: fresh(), pipeline: 'training', status: 'completed', startedAt: '2026-01-02T03:04:05+01:00' }
    const run = await created(given)
    expect(run).toEqual({
      id: expect.stringMatching(UUID),
      ...given,
      startedAt: '2026-01-02T02:04:05.000Z',
      createdAt: expect.stringMatching(TIME),
    })
    expect(await read(run.id)).toEqual({ ...run, metadata: {}, types: {}, steps: {} })
  })

  it('creates a run from no fields, with a start and a name that ends in random characters', async () => {
    const [one, other] = await Promise.all([created({}), created({})])
    expect(one.name).toMatch(/^run-\d{8}-\d{6}-[a-z0-9]{8}$/)
    expect(one).toMatchObject({ status: 'running', startedAt: one.createdAt })
    expect(one.name).not.toBe(other.name)
    expect(await read(one.name)).toMatchObject({ id: one.id })
  })

  it('generates a name from the pipeline, shortened if necessary', async () => {
    const run = await created({ pipeline: '🏃'.repeat(255) })
    expect([...run.name]).toHaveLength(255)
    expect(run.name).toMatch(/^(🏃)+-\d{8}-\d{6}-[a-z0-9]{8}$/u)
    expect(await read(run.name)).toMatchObject({ id: run.id })
  })

  it('accepts an id in any spelling, and shows it in the canonical one', async () => {
    const id = randomUUID()
    const run = await created({ id: id.toUpperCase().replaceAll('-', '') })
    expect(run.id).toBe(id)
  })

  it.each(NAMES)('accepts %j as a name, and finds it', async (name) => {
    const run = await created({ name })
    expect(run.name).toBe(name)
    expect(await read(name)).toMatchObject({ id: run.id, name })
  })

  it.each([
    ['2026-01-02t03:04:05z', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02T03:04:05.6789-23:59', '2026-01-03T03:03:05.678Z'],
    ['2016-12-31T23:59:60Z', '2016-12-31T23:59:59.999Z'],
    ['0000-02-29T00:00:00Z', '0000-02-29T00:00:00.000Z'],
  ])('accepts the time %s', async (startedAt, expected) => {
    expect((await created({ startedAt })).startedAt).toBe(expected)
  })

  it.each(BAD_NAMES)('refuses a name with %s', async (_, name) => {
    const problem = await refusalOf(create({ name }), 400, 'bad_request')
    expect(problem.detail).toMatch(/^name: /)
  })

  it.each(BAD_FIELDS)('refuses %s: %s', async (field, value) => {
    const problem = await refusalOf(app().send('POST', '/v1/runs', `{"${field}":${value}}`), 400, 'bad_request')
    expect(problem.detail).toContain(field)
  })

  describe('an ETag', () => {
    const ask = (run: string, tag: string) => app().request(`/v1/runs/${run}`, { headers: { 'if-none-match': tag } })

    it('shows whether a run has changed since it was read', async () => {
      const run = await created({ name: fresh() })
      const etag = (await app().request(`/v1/runs/${run.id}`)).headers.get('etag') ?? ''
      expect(etag).toMatch(/^"[\w-]+"$/)
      for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const reply = await ask(run.name, tag)
        expect(reply.status).toBe(304)
        expect(reply.headers.get('etag')).toBe(etag)
        expect(await reply.text()).toBe('')
      }
      await change(run.id, { status: 'completed' })
      const changed = await ask(run.id, etag)
      expect(changed.status).toBe(200)
      expect(changed.headers.get('etag')).not.toBe(etag)
    })

    it.each(['', '"other"', 'other'])('that is not the run’s, such as %j, gets the run', async (tag) => {
      const run = await created({ name: fresh() })
      expect((await ask(run.id, tag)).status).toBe(200)
    })
  })

  describe('get or create', () => {
    it('returns the existing run of a name, unchanged', async () => {
      const run = await created({ name: fresh(), pipeline: 'one' })
      expect(await created({ name: run.name, pipeline: 'two', status: 'failed' }, 200)).toEqual(run)
    })

    it('returns the existing run of an id, unchanged', async () => {
      const run = await created({ id: randomUUID() })
      expect(await created({ id: run.id }, 200)).toEqual(run)
      expect(await created({ id: run.id, name: run.name }, 200)).toEqual(run)
    })

    it('reserves no name if the id exists', async () => {
      const run = await created({ id: randomUUID(), pipeline: fresh() })
      const pipeline = fresh()
      await created({ id: run.id, pipeline }, 200)
      await refusalOf(app().request(`/v1/runs/${pipeline}`), 404, 'run_not_found')
    })

    it('refuses a name that belongs to another id', async () => {
      const run = await created({ name: fresh() })
      await refusalOf(create({ id: randomUUID(), name: run.name }), 409, 'name_taken')
    })

    it('refuses an id that belongs to another name, and leaves that name free', async () => {
      const run = await created({ name: fresh() })
      const name = fresh()
      await refusalOf(create({ id: run.id, name }), 409, 'id_taken')
      expect((await created({ name })).id).not.toBe(run.id)
    })

    it('creates one run from fifty concurrent creations of one name', async () => {
      const name = fresh()
      const replies = await Promise.all(Array.from({ length: 50 }, () => create({ name })))
      const ids = await Promise.all(replies.map(async (reply) => (await jsonOf<RunBody>(reply, reply.status)).id))
      expect(new Set(ids).size).toBe(1)
      expect(replies.filter(({ status }) => status === 201)).toHaveLength(1)
      expect(replies.filter(({ status }) => status === 200)).toHaveLength(49)
    })

    it('creates one run from twenty concurrent creations of one id under different names, and frees the other names', async () => {
      const id = randomUUID()
      const names = Array.from({ length: 20 }, fresh)
      const replies = await Promise.all(names.map((name) => create({ id, name })))
      expect(replies.filter(({ status }) => status === 201)).toHaveLength(1)
      for (const reply of replies.filter(({ status }) => status !== 201)) await refusalOf(reply, 409, 'id_taken')
      const { name: kept } = await read(id)
      const free = names.filter((name) => name !== kept)
      const later = await Promise.all(free.map((name) => created({ name })))
      expect(later.map((run) => run.id)).not.toContain(id)
      expect(new Set(later.map((run) => run.id)).size).toBe(19)
    })

    it('refuses a taken id under a new name, even if many ask at once', async () => {
      const run = await created({ name: fresh() })
      const name = fresh()
      const replies = await Promise.all(Array.from({ length: 50 }, () => create({ id: run.id, name })))
      for (const reply of replies) await refusalOf(reply, 409, 'id_taken')
      expect((await created({ name })).name).toBe(name)
    })

    it('accepts logs by name as soon as the creation is acknowledged', async () => {
      const names = Array.from({ length: 20 }, fresh)
      await Promise.all(
        names.map(async (name) => {
          await created({ name })
          await jsonOf(app().send('POST', `/v1/runs/${name}/metadata`, '{"metadata":{"a":1}}'), 201)
        }),
      )
    })
  })

  describe('a change', () => {
    it('sets status, end and pipeline, and keeps the other fields', async () => {
      const run = await created({ name: fresh() })
      const changed = await jsonOf(
        change(run.name, { status: 'failed', endedAt: '2027-01-01T00:00:00.5Z', pipeline: 'p' }),
      )
      expect(changed).toEqual({ ...run, status: 'failed', endedAt: '2027-01-01T00:00:00.500Z', pipeline: 'p' })
      expect(await read(run.id)).toMatchObject(changed)
    })

    it('sets the end to now once, unless it is given, and removes it if the run is running again', async () => {
      const run = await created({ name: fresh() })
      const ended = await jsonOf<RunBody>(change(run.id, { status: 'completed' }))
      expect(ended.endedAt).toMatch(TIME)
      expect(await jsonOf(change(run.id, { status: 'completed' }))).toEqual(ended)
      expect(await jsonOf(change(run.id, { status: 'running' }))).toEqual({ ...run, status: 'running' })
    })

    it('does nothing if it has no field', async () => {
      const run = await created({ name: fresh() })
      expect(await jsonOf(change(run.id, {}))).toEqual(run)
    })

    it('requires an exact id or name, and says so', async () => {
      const run = await created({ name: fresh() })
      for (const prefix of [run.id.slice(0, 30), run.name.slice(0, 30)]) {
        const problem = await refusalOf(change(prefix, { status: 'failed' }), 404, 'run_not_found')
        expect(problem.detail).toContain('prefix')
      }
      expect(await read(run.id)).toMatchObject({ status: 'running' })
    })

    it.each([
      ['status', '"paused"'],
      ['endedAt', '"soon"'],
      ['endedAt', 'null'],
      ['pipeline', '"."'],
      ['startedAt', '"2026-01-01T00:00:00Z"'],
    ])('refuses %s: %s', async (field, value) => {
      const run = await created({ name: fresh() })
      const problem = await refusalOf(
        app().send('PATCH', `/v1/runs/${run.id}`, `{"${field}":${value}}`),
        400,
        'bad_request',
      )
      expect(problem.detail).toContain(field)
    })
  })
}
