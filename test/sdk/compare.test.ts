import { NumberLiteral, uri } from '@runmeta/sdk'
import { describe, expect, test } from 'vitest'
import { type Answer, bodyOf, clientOf, errorOf, json, pipelineRun, RUN, refusal } from './stub.ts'

const idOf = (n: number) => RUN.id.replace(/^../, String(n).padStart(2, '0'))

/** The JSON of a listed run. @param metadata JSON text */
const listed = (n: number, metadata: string, types: object = {}): string =>
  `${JSON.stringify({ ...RUN, id: idOf(n), name: `run-${n}`, types, steps: {} }).slice(0, -1)},"metadata":${metadata}}`

const page = (runs: readonly string[], next?: string): Answer =>
  json(`{"order":"-createdAt","runs":[${runs}]${next === undefined ? '' : `,"next":${JSON.stringify(next)}`}}`)

async function compared(...metadata: string[]) {
  const { client } = clientOf([page(metadata.map((text, n) => listed(n, text)))])
  return await client.compare(metadata.map((_, n) => idOf(n)))
}

describe('runs to compare', () => {
  test('given by ids are read in one request, and keep the order of the ids in any spelling', async () => {
    const { client, sent } = clientOf([page([listed(2, '{"a":2}'), listed(1, '{"a":1}')])])
    const table = await client.compare([idOf(1), idOf(2).replaceAll('-', '').toUpperCase(), idOf(1)])
    expect(table.runs.map(({ name }) => name)).toEqual(['run-1', 'run-2', 'run-1'])
    expect(table.rows).toEqual([{ pointer: '/a', values: [1, 2, 1], differs: true }])
    expect(sent.map(({ path }) => path)).toEqual(['/v1/runs/search'])
    expect(bodyOf(sent[0])).toEqual({ ids: [idOf(1), idOf(2)], include: ['metadata'], limit: 2 })
  })

  test('can arrive in short pages', async () => {
    const { client } = clientOf([page([listed(1, '{}')], 'c1'), page([], 'c2'), page([listed(2, '{}')])])
    const { runs } = await client.compare([idOf(1), idOf(2)])
    expect(runs.map(({ name }) => name)).toEqual(['run-1', 'run-2'])
  })

  test('given by name, prefix or handle take one request each', async () => {
    const { client, sent } = clientOf([
      ({ path, ...rest }) =>
        path === '/v1/runs/search'
          ? page([listed(1, '{"a":1}')])({ path, ...rest })
          : pipelineRun('{"a":2}')({ path, ...rest }),
    ])
    const table = await client.compare(['night', idOf(1), client.run('nightly')])
    expect(table.rows[0]?.values).toEqual([2, 1, 2])
    expect(sent.map(({ path }) => path).sort()).toEqual(['/v1/runs/night', '/v1/runs/nightly', '/v1/runs/search'])
  })

  test('given by an unknown id are looked up by name, and fail if there is no such name', async () => {
    const { client, sent } = clientOf([page([]), pipelineRun('{"a":1}'), page([]), refusal('run_not_found')])
    expect((await client.compare([idOf(1)])).runs[0]?.name).toBe('nightly')
    expect(sent[1]?.path).toBe(`/v1/runs/${idOf(1)}`)
    expect(await errorOf(client.compare([idOf(1)]))).toMatchObject({ name: 'RunNotFoundError' })
  })

  test.each([
    ['none', []],
    ['too many', Array.from({ length: 21 }, (_, n) => idOf(n))],
    ['no array', idOf(1)],
    ['an empty reference', ['']],
    ['what is no reference', [undefined]],
  ])('%s are refused before anything is sent', async (_, references) => {
    const { client, sent } = clientOf([page([])])
    expect(await errorOf(client.compare(references as never))).toMatchObject({ name: 'BadRequestError', attempts: 0 })
    expect(sent).toHaveLength(0)
  })

  test('can be 20', async () => {
    const all = Array.from({ length: 20 }, (_, n) => n)
    const { client } = clientOf([page(all.map((n) => listed(n, `{"a":${n}}`)))])
    expect((await client.compare(all.map(idOf))).rows).toEqual([{ pointer: '/a', values: all, differs: true }])
  })
})

describe('the rows of a comparison', () => {
  test('are the leaves of all runs, sorted by pointer, with the members of an object together', async () => {
    const { rows } = await compared(
      '{"m":{"b":1,"a":{"x":true}},"m-2":null,"l":[1,[2]],"e":{}}',
      '{"e":{},"l":[1,[2]],"m":{"a":{"x":false},"c/d~":"s"}}',
    )
    expect(rows).toEqual([
      { pointer: '/e', values: [{}, {}], differs: false },
      {
        pointer: '/l',
        values: [
          [1, [2]],
          [1, [2]],
        ],
        differs: false,
      },
      { pointer: '/m/a/x', values: [true, false], differs: true },
      { pointer: '/m/b', values: [1, undefined], differs: true },
      { pointer: '/m/c~1d~0', values: [undefined, 's'], differs: true },
      { pointer: '/m-2', values: [null, undefined], differs: true },
    ])
  })

  test('show a scalar that is an object elsewhere in a row of its own', async () => {
    const { rows, differences } = await compared('{"m":{"a":1}}', '{"m":1}', '{"m":{}}')
    expect(rows).toEqual([
      { pointer: '/m', values: [undefined, 1, {}], differs: true },
      { pointer: '/m/a', values: [1, undefined, undefined], differs: true },
    ])
    expect(differences).toEqual(rows)
  })

  test.each([
    ['1', '1.0', false],
    ['0', '-0', false],
    ['9007199254740992', '9007199254740992.0', false],
    ['9007199254740993', '9007199254740992', true],
    ['1e400', '10e399', false],
    ['1e400', '1e401', true],
    ['1', '"1"', true],
    ['null', 'false', true],
    ['[1,{"a":1,"b":2}]', '[1.0,{"b":2,"a":1}]', false],
    ['[1,{"a":1}]', '[1,{"b":1}]', true],
    ['[1]', '[1,1]', true],
    ['[{}]', '[[]]', true],
    ['[{"__proto__":1}]', '[{"a":1}]', true],
    ['{}', '[]', true],
  ])('%s and %s: do they differ? %s', async (one, other, differs) => {
    const { rows } = await compared(`{"v":${one}}`, `{"v":${other}}`)
    expect(rows).toMatchObject([{ pointer: '/v', differs }])
  })

  test('can have keys with the names of inherited properties', async () => {
    const { rows } = await compared('{"__proto__":{"toString":1},"constructor":2}', '{"toString":3}')
    expect(rows.map(({ pointer, values }) => [pointer, ...values])).toEqual([
      ['/__proto__/toString', 1, undefined],
      ['/constructor', 2, undefined],
      ['/toString', undefined, 3],
    ])
  })

  test('keep typed values, and compare them by content', async () => {
    const { client } = clientOf([
      page([listed(0, '{"d":"x:y","s":1}', { '/d': 'Uri' }), listed(1, '{"d":"x:y","s":2}', { '/s': 'StorageSize' })]),
    ])
    const { rows } = await client.compare([idOf(0), idOf(1)])
    expect(rows[0]).toEqual({ pointer: '/d', values: [uri('x:y'), 'x:y'], differs: false })
    expect(rows[1]).toMatchObject({ pointer: '/s', differs: true })
  })

  test('hold numbers to the last digit', async () => {
    const { rows } = await compared('{"a":9007199254740993,"b":1e400}')
    expect(rows.map(({ values }) => values[0])).toEqual([9007199254740993n, new NumberLiteral('1e400')])
  })
})

describe('a comparison as a string', () => {
  test('is a table that marks the differences', async () => {
    const table = await compared(
      '{"run_metrics":{"accuracy":0.93,"recall":1e400},"dataset":"s3://bucket/iris.csv","tags":["a"]}',
      '{"run_metrics":{"accuracy":0.951,"recall":1e400},"dataset":"s3://bucket/iris.csv"}',
    )
    expect(`\n${table}\n`).toBe(`
                         run-0                   run-1
  /dataset               "s3://bucket/iris.csv"  "s3://bucket/iris.csv"
* /run_metrics/accuracy  0.93                    0.951
  /run_metrics/recall    1e400                   1e400
* /tags                  ["a"]                   -
`)
  })

  test('keeps each value on its line, and cuts a long one', async () => {
    const table = await compared(`{"a\\u2028":"${'🚀'.repeat(100)}","b":"one\\nother\\u0085"}`)
    expect(String(table).split('\n')).toEqual([
      expect.stringMatching(/^ +run-0$/),
      `  /a\\u2028  "${'🚀'.repeat(38)}…`,
      '  /b        "one\\nother\\u0085"',
    ])
  })

  test('has only the names if the runs have no metadata', async () => {
    expect(String(await compared('{}', '{}'))).toBe('  run-0  run-1')
  })
})
