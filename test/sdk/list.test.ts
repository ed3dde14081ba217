import assert from 'node:assert/strict'
import { Client, type ListOptions, NumberLiteral, storageSize, uri } from '@runmeta/sdk'
import { describe, expect, test } from 'vitest'
import { ROOT_KEY, testApp } from '../support/app.ts'
import { all, bodyOf, clientOf, errorOf, json, page, pageOf, RUN, receipt, refusal, untyped } from './stub.ts'

const numbered = (n: number) => ({ ...RUN, id: RUN.id.replace(/^../, String(n).padStart(2, '0')), name: `run-${n}` })

describe('a list of runs', () => {
  test('sends its options, and sends nothing before it is iterated', async () => {
    const { client, sent } = clientOf([pageOf([])])
    const list = client.listPipelineRuns({
      ids: [RUN.id],
      name: 'night',
      pipeline: 'iris',
      status: 'completed',
      createdAfter: new Date('2026-01-31T12:00:00Z'),
      createdBefore: '2026-02-01T12:00:00Z',
      where: { pointer: '/a', op: '>=', value: 0.9 },
      select: ['/a', '/m/b'],
      include: ['metadata'],
      order: '-/a',
      pageSize: 7,
    })
    expect(sent).toHaveLength(0)
    expect(await all(list)).toEqual([])
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /v1/runs/search'])
    expect(bodyOf(sent[0])).toEqual({
      ids: [RUN.id],
      name: 'night',
      pipeline: 'iris',
      status: 'completed',
      createdAfter: '2026-01-31T12:00:00.000Z',
      createdBefore: '2026-02-01T12:00:00Z',
      where: { pointer: '/a', op: '>=', value: 0.9 },
      select: ['/a', '/m/b'],
      include: ['metadata'],
      order: '-/a',
      limit: 7,
    })
  })

  test('has all runs if it is given no options', async () => {
    const { client, sent } = clientOf([pageOf([numbered(1)])])
    for (const list of [client.listPipelineRuns(), client.listPipelineRuns({ name: undefined, signal: undefined })]) {
      expect(await all(list)).toHaveLength(1)
    }
    expect(sent.map(({ body }) => body)).toEqual(['{}', '{}'])
  })

  test('continues through short and empty pages until one has no `next`', async () => {
    const { client, sent } = clientOf([
      pageOf([], 'c1'),
      pageOf([numbered(1)], 'c2'),
      pageOf([], 'c"3'),
      pageOf([numbered(2), numbered(3)]),
    ])
    const runs = await all(client.listPipelineRuns({ pipeline: 'iris', limit: 2 }))
    expect(runs.map(({ name }) => name)).toEqual(['run-1', 'run-2', 'run-3'])
    expect(sent.map(bodyOf)).toEqual([
      { pipeline: 'iris', limit: 2 },
      { pipeline: 'iris', limit: 2, cursor: 'c1' },
      { pipeline: 'iris', limit: 2, cursor: 'c2' },
      { pipeline: 'iris', limit: 2, cursor: 'c"3' },
    ])
  })

  test('sends only the cursor if it is given no options', async () => {
    const { client, sent } = clientOf([pageOf([], 'c1'), pageOf([])])
    await all(client.listPipelineRuns())
    expect(sent.map(({ body }) => body)).toEqual(['{}', '{"cursor":"c1"}'])
  })

  test('requests no page that nobody reads', async () => {
    const { client, sent } = clientOf([pageOf([numbered(1), numbered(2)], 'c1')])
    for await (const run of client.listPipelineRuns()) {
      expect(run.name).toBe('run-1')
      break
    }
    expect(sent).toHaveLength(1)
  })

  test('sends its original options for each page, even if they change meanwhile', async () => {
    const { client, sent } = clientOf([pageOf([numbered(1)], 'c1'), pageOf([])])
    const options = { select: ['/a'] }
    for await (const _ of client.listPipelineRuns(options)) options.select.push('/b')
    expect(sent.map(bodyOf)).toEqual([{ select: ['/a'] }, { select: ['/a'], cursor: 'c1' }])
  })

  test('starts again with each iteration', async () => {
    const { client, sent } = clientOf([
      pageOf([numbered(1)], 'c1'),
      pageOf([]),
      pageOf([numbered(1)], 'c1'),
      pageOf([]),
    ])
    const list = client.listPipelineRuns()
    expect(await all(list)).toEqual(await all(list))
    expect(sent).toHaveLength(4)
  })

  test('retries a page that failed, and continues', async () => {
    const { client, sent } = clientOf([
      page(502),
      pageOf([numbered(1)], 'c1'),
      refusal('store_unavailable', {}, { 'retry-after': '0' }),
      pageOf([numbered(2)]),
    ])
    expect((await all(client.listPipelineRuns())).map(({ name }) => name)).toEqual(['run-1', 'run-2'])
    expect(sent.map(({ body }) => body)).toEqual(['{}', '{}', '{"cursor":"c1"}', '{"cursor":"c1"}'])
  })

  test('ends with its signal', async () => {
    const controller = new AbortController()
    const { client, sent } = clientOf([pageOf([numbered(1)], 'c1')])
    const seen: string[] = []
    const call = (async () => {
      for await (const run of client.listPipelineRuns({ signal: controller.signal })) {
        seen.push(run.name)
        controller.abort()
      }
    })()
    expect(await errorOf(call)).toMatchObject({ name: 'AbortError' })
    expect(seen).toEqual(['run-1'])
    expect(sent).toHaveLength(1)
  })
})

describe('the first runs of a list', () => {
  test('are requested as one page', async () => {
    const { client, sent } = clientOf([pageOf([numbered(1), numbered(2)], 'c1')])
    const [best, second, ...rest] = await client.listPipelineRuns({ order: '-/a' }).first(2)
    expect([best?.name, second?.name, rest]).toEqual(['run-1', 'run-2', []])
    expect(sent.map(bodyOf)).toEqual([{ order: '-/a', limit: 2 }])
  })

  test('come from as many pages as necessary, and are fewer if the list is short', async () => {
    const answers = [pageOf([], 'c1'), pageOf([numbered(1)], 'c2'), pageOf([numbered(2), numbered(3)])] as const
    const { client } = clientOf([...answers])
    expect(await client.listPipelineRuns().first(2)).toHaveLength(2)
    const other = clientOf([...answers])
    expect(await other.client.listPipelineRuns().first(9)).toHaveLength(3)
  })

  test.each<[number, ListOptions, object]>([
    [500, {}, { limit: 200 }],
    [500, { include: ['metadata'] }, { include: ['metadata'], limit: 20 }],
    [1, { pageSize: 10 }, { limit: 10 }],
  ])('(%i of %j) are requested in pages of a size that the API accepts', async (count, options, body) => {
    const { client, sent } = clientOf([pageOf([])])
    await client.listPipelineRuns(options).first(count)
    expect(bodyOf(sent[0])).toEqual(body)
  })

  test('are not requested if none are wanted', async () => {
    const { client, sent } = clientOf([pageOf([numbered(1)])])
    for (const count of [0, -1, Number.NaN]) expect(await client.listPipelineRuns().first(count)).toEqual([])
    expect(sent).toHaveLength(0)
  })
})

describe('an empty option', () => {
  test.each<[string, unknown]>([
    ['name', ''],
    ['nameContains', ''],
    ['pipeline', ''],
    ['pipeline', []],
    ['pipeline', ['iris', '']],
    ['status', ''],
    ['status', []],
    ['createdAfter', ''],
    ['createdBefore', ''],
    ['ids', ['']],
    ['where', ''],
    ['where', ['']],
    ['select', ['']],
    ['include', ['']],
    ['order', ''],
  ])('is refused with advice before it is sent: %s: %j', async (name, value) => {
    const { client, sent } = clientOf([pageOf([])])
    const error = await errorOf(all(client.listPipelineRuns(untyped({ [name]: value }))))
    expect(error).toMatchObject({ name: 'BadRequestError', attempts: 0 })
    expect(error).toHaveProperty('message', `${name}: must not be empty; leave it out`)
    expect(sent).toHaveLength(0)
  })

  test('is not one of white space, which is sent because a name may contain it', async () => {
    const { client, sent } = clientOf([pageOf([])])
    await all(client.listPipelineRuns({ nameContains: ' ' }))
    expect(bodyOf(sent[0])).toEqual({ nameContains: ' ' })
  })

  test.each<[ListOptions, number]>([
    [{ where: [] }, 1],
    [{ where: { and: [] } }, 1],
    [{ select: [], include: [] }, 1],
    [{ ids: [] }, 0],
  ])('is accepted if it is an array, which means what it says: %j', async (options, count) => {
    const { fetch } = await testApp()
    const client = new Client({ url: 'http://runmeta.test', apiKey: ROOT_KEY, fetch })
    await client.createRun({ pipeline: 'iris' })
    expect(await all(client.listPipelineRuns(options))).toHaveLength(count)
  })
})

describe('an invalid option is refused before anything is sent', () => {
  test.each([
    ['ordr', { ordr: 'createdAt' }, /order/],
    ['cursor', { cursor: 'c1' }, /pageSize/],
    ['filter', { filter: '/a = 1' }, /did you mean where\?/],
    ['sort', { sort: '/a' }, /did you mean order\?/],
    ['createdAfter', { createdAfter: new Date(Number.NaN) }, /valid time/],
    ['listPipelineRuns', 'iris', /object of ids, name/],
    ['listPipelineRuns', null, /object of ids, name/],
  ])('%s', async (field, options, advice) => {
    const { client, sent } = clientOf([pageOf([])])
    for (const call of [
      () => all(client.listPipelineRuns(untyped(options))),
      () => client.listPipelineRuns(untyped(options)).first(1),
    ]) {
      const error = await errorOf(Promise.resolve().then<unknown>(call))
      expect(error).toMatchObject({ name: 'BadRequestError', attempts: 0 })
      expect(error).toHaveProperty('message', expect.stringContaining(field))
      expect(error).toHaveProperty('message', expect.stringMatching(advice))
    }
    expect(sent).toHaveLength(0)
  })
})

describe('a listed run', () => {
  test('has its fields and the selected values, with exact numbers', async () => {
    const body = `{"runs":[${JSON.stringify({ ...RUN, pipeline: 'iris' }).slice(0, -1)},
      "selected":{"/a":9007199254740993,"/m/b":1e400,"/l":[1.0,{"__proto__":null}],"/__proto__":-0}}],"order":"-createdAt"}`
    const { client } = clientOf([json(body)])
    const [run] = await client.listPipelineRuns({ select: ['/a', '/m/b', '/l', '/__proto__', '/none'] }).first(1)
    expect(run).toMatchObject({ ...RUN, pipeline: 'iris' })
    assert.deepStrictEqual(run?.selected['/a'], 9007199254740993n)
    assert.deepStrictEqual(run?.selected['/m/b'], new NumberLiteral('1e400'))
    assert.deepStrictEqual(run?.selected['/l'], JSON.parse('[1,{"__proto__":null}]'))
    assert.deepStrictEqual(run?.selected['/__proto__'], -0)
    expect(run?.selected['/none']).toBeUndefined()
  })

  test('has no selected values and no metadata if the list selects nothing', async () => {
    const { client } = clientOf([pageOf([RUN])])
    const [run] = await client.listPipelineRuns().first(1)
    assert.deepStrictEqual({ ...run }, { ...RUN, selected: {}, reference: RUN.id })
  })

  test('has metadata and steps with their types if they are included', async () => {
    const full = {
      ...RUN,
      metadata: { dataset: 's3://b/k', sizes: [1] },
      types: { '/dataset': 'Uri', '/sizes/0': 'StorageSize' },
      steps: { train: { metadata: { a: 'p' }, types: { '/a': 'Path' } } },
      selected: { '/dataset': 's3://b/k' },
    }
    const { client } = clientOf([pageOf([full])])
    const [run] = await client.listPipelineRuns({ include: ['metadata'], select: ['/dataset'] }).first(1)
    expect(run?.runMetadata).toEqual({ dataset: uri('s3://b/k'), sizes: [storageSize(1)] })
    expect(run?.steps.train?.runMetadata.a).toMatchObject({ type: 'Path', value: 'p' })
    expect(run?.selected).toEqual({ '/dataset': 's3://b/k' })
  })

  describe('whose metadata does not fit one reply', () => {
    const part = (n: number) => ({ ...numbered(n), metadata: { a: 1 }, types: {}, steps: {}, metadataNext: 'm1' })
    const rest = (n: number) =>
      json({
        ...numbered(n),
        metadata: { b: 'x:y' },
        types: { '/b': 'Uri' },
        steps: { train: { metadata: {}, types: {} } },
      })

    test('has all of its metadata', async () => {
      const { client, sent } = clientOf([pageOf([{ ...part(1), selected: { '/a': 1 } }]), rest(1)])
      const [run] = await client.listPipelineRuns({ include: ['metadata'], select: ['/a'] }).first(1)
      expect(run?.runMetadata).toEqual({ a: 1, b: uri('x:y') })
      expect(run?.steps).toEqual({ train: { runMetadata: {} } })
      expect(run?.selected).toEqual({ '/a': 1 })
      expect(sent[1]?.url).toMatch(new RegExp(`/v1/runs/${numbered(1).id}\\?metadataCursor=m1$`))
    })

    test('is omitted if it has been deleted meanwhile', async () => {
      const { client } = clientOf([
        pageOf([part(1), { ...part(2), metadataNext: undefined }]),
        refusal('run_not_found'),
      ])
      const runs = await all(client.listPipelineRuns({ include: ['metadata'] }))
      expect(runs.map(({ name }) => name)).toEqual(['run-2'])
    })
  })

  test('is a handle with its id', async () => {
    const { client, sent } = clientOf([pageOf([RUN]), receipt()])
    const [run] = await client.listPipelineRuns().first(1)
    await run?.logMetadata({ metadata: { a: 1 } })
    expect(sent[1]?.path).toBe(`/v1/runs/${RUN.id}/metadata`)
  })

  test.each([
    ['no runs', {}],
    ['a run without a name', { runs: [{ ...RUN, name: undefined }] }],
    ['an invalid run', { runs: [1] }],
    ['an invalid selection', { runs: [{ ...RUN, selected: 1 }] }],
  ])('is never invalid: %s is an unexpected reply', async (_, body) => {
    const { client } = clientOf([json(body)])
    expect(await errorOf(client.listPipelineRuns().first(1))).toMatchObject({ name: 'UnexpectedReplyError' })
  })

  test('has the requested metadata, or the reply is unexpected', async () => {
    const { client } = clientOf([pageOf([RUN])])
    const list = client.listPipelineRuns({ include: ['metadata'] })
    expect(await errorOf(list.first(1))).toMatchObject({ name: 'UnexpectedReplyError' })
  })
})
