import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { createClock } from '@runmeta/core/table/clock'
import { ensureTable } from '@runmeta/core/table/dynamo/create'
import { createDynamoTable } from '@runmeta/core/table/dynamo/index'
import type { Attribute, Condition, Item, Table, Write } from '@runmeta/core/table/port'
import { memoryTable, openTable, type SqliteTable } from '@runmeta/local/sqlite/table'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CREDENTIALS, endpointOf } from '../support/app.ts'

/** One call of the table port. */
type Call =
  | { readonly kind: 'put'; readonly item: Item; readonly condition: Condition; readonly followers: readonly Write[] }
  | {
      readonly kind: 'update'
      readonly sk: string
      readonly condition: Condition
      readonly set: Record<string, Attribute>
      readonly setIfAbsent: Record<string, Attribute>
      readonly remove: readonly string[]
    }
  | { readonly kind: 'remove'; readonly sk: string; readonly condition: Condition }
  | { readonly kind: 'removeMany'; readonly sks: readonly string[] }

const PK = 'project/run'
const sk = fc.constantFrom('RUN', 'LOG#1', 'LOG#2', 'ROW#a', 'ROW#ä')
const position = fc.constantFrom('0001', '0002', '0003', '~')
/** Texts with NUL, where C strings end, and with characters outside the Basic Multilingual Plane. */
const label = fc.constantFrom('/a', '/a\u0000b', '/a\u0000c', '/é', '/🌍', '/￿')
const attribute = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 5 }),
  fc.integer(),
  fc.boolean(),
  fc.uint8Array({ maxLength: 5 }),
)
const attributes = fc.dictionary(fc.constantFrom('name', 'void', 'n'), attribute, { maxKeys: 2 })

const item = fc
  .record(
    { sk, pos: position, version: position, indexPk: label, indexSk: label, more: attributes },
    { requiredKeys: ['sk', 'more'] },
  )
  .map(({ more, indexPk, indexSk, ...keys }): Item => {
    // An index entry has both keys or none.
    const entry = indexPk !== undefined && indexSk !== undefined ? { indexPk, indexSk } : {}
    return { ...more, ...keys, ...entry, pk: PK }
  })

const condition: fc.Arbitrary<Condition> = fc.record(
  {
    exists: fc.boolean(),
    equals: fc.dictionary(fc.constantFrom('name', 'void', 'pos'), fc.option(attribute, { nil: undefined }), {
      maxKeys: 2,
    }),
    atMost: position.map((version) => ({ version })),
    below: position.map((version) => ({ version })),
  },
  { requiredKeys: [] },
)

const follower: fc.Arbitrary<Write> = fc.record({
  put: item,
  condition: fc.constant<Condition>({ atMost: { version: '0002' } }),
})

const call: fc.Arbitrary<Call> = fc.oneof(
  fc.record({
    kind: fc.constant('put' as const),
    item,
    condition,
    // DynamoDB writes followers in any order, so with two of the same key the result would be random.
    followers: fc.uniqueArray(follower, { maxLength: 2, selector: (write) => ('put' in write ? write.put.sk : '') }),
  }),
  fc.record({
    kind: fc.constant('update' as const),
    sk,
    condition: condition.map((one) => ({ ...one, exists: true })),
    set: fc.dictionary(fc.constantFrom('name', 'void'), attribute, { minKeys: 1, maxKeys: 2 }),
    setIfAbsent: fc.dictionary(fc.constant('n'), attribute),
    remove: fc.subarray(['version', 'pos']),
  }),
  fc.record({
    kind: fc.constant('remove' as const),
    sk,
    condition: condition.map((one) => ({ ...one, exists: true })),
  }),
  fc.record({ kind: fc.constant('removeMany' as const), sks: fc.uniqueArray(sk, { minLength: 1, maxLength: 3 }) }),
)

async function make(table: Table, one: Call): Promise<unknown> {
  switch (one.kind) {
    case 'put':
      return (await table.put(one.item, one.condition, one.followers)) !== undefined
    case 'update':
      return table.update({ pk: PK, sk: one.sk }, one.condition, one)
    case 'remove':
      return table.remove({ pk: PK, sk: one.sk }, one.condition)
    case 'removeMany':
      return table.removeMany(one.sks.map((key) => ({ pk: PK, sk: key })))
  }
}

async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const page of pages) found.push(page)
  return found
}

/** All readable content. Bytes become arrays, because the stores return different classes. */
async function contents(table: Table): Promise<unknown> {
  const plain = (value: unknown) =>
    JSON.parse(JSON.stringify(value, (_, one) => (one instanceof Uint8Array ? { bytes: [...one] } : one)))
  const keys = (await all(table.keys(PK))).flat()
  const rows = (await all(table.keys(PK, 'ROW#'))).flat()
  const pages = async (range: Parameters<Table['pages']>[1]) =>
    (await all(table.pages(PK, range))).flatMap(({ items }) => items.map((one) => [one.pos, one.sk]))
  const entries = await Promise.all(
    ['/a', '/a\u0000b', '/é'].map(async (indexPk) => [
      await table.entries(indexPk, { prefix: '/a', limit: 2 }),
      await table.entries(indexPk, { low: '/a', high: '/é', isDescending: true, limit: 3 }),
    ]),
  )
  const items = (await table.getMany(keys)).sort((one, other) => (one.sk < other.sk ? -1 : 1))
  const sorted = (found: readonly unknown[]) =>
    found
      .map(plain)
      .map((one) => JSON.stringify(one))
      .sort()
  return {
    keys: plain(keys),
    rows: plain(rows),
    items: items.map((one) => Object.entries(plain(one) as object).sort()),
    // Items with the same position can have any order.
    pages: [sorted(await pages({})), sorted(await pages({ upTo: '0002' })), sorted(await pages({ above: '0001' }))],
    between: sorted(await pages({ upTo: '0003', above: '0001' })),
    entries: entries.map(([ascending, descending]) => [
      sorted(ascending?.entries ?? []),
      sorted(descending?.entries ?? []),
    ]),
  }
}

describe('the SQLite table', () => {
  let directory = ''
  const open: SqliteTable[] = []
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'runmeta-table-'))
  })
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close()
    await rm(directory, { recursive: true })
  })

  async function openFile(name = 'runmeta.sqlite'): Promise<SqliteTable> {
    const table = await openTable(join(directory, name))
    open.push(table)
    return table
  }

  it('behaves like a DynamoDB table, call by call', async () => {
    const clock = createClock()
    const endpoint = endpointOf('dynoxide')
    const tableName = `port-${Date.now()}`
    await ensureTable({ ...CREDENTIALS, endpoint }, tableName)
    const dynamo = createDynamoTable({ tableName, endpoint, clock, client: CREDENTIALS })
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 12 }), async (calls) => {
        await dynamo.removeMany((await all(dynamo.keys(PK))).flat())
        const sqlite = memoryTable()
        for (const one of calls) {
          const [made, expected] = [await make(sqlite.table, one), await make(dynamo, one)]
          expect(made).toEqual(expected)
        }
        expect(await contents(sqlite.table)).toEqual(await contents(dynamo))
        await sqlite.close()
      }),
      { numRuns: 60 },
    )
    dynamo.close()
  })

  it('returns every attribute as it was put, from a file and from memory', async () => {
    const file = await openFile()
    await fc.assert(
      fc.asyncProperty(item, async (one) => {
        await file.table.put(one, {})
        expect(await file.table.get(one)).toEqual(one)
      }),
    )
  })

  it('writes an item and its followers together or not at all', async () => {
    const { table } = await openFile()
    const follower = { put: { pk: PK, sk: 'ROW#a', version: '0001' }, condition: { atMost: { version: '0001' } } }
    // A position must be a string.
    const broken = { put: { pk: PK, sk: 'ROW#b', pos: 5 }, condition: {} }
    await expect(table.put({ pk: PK, sk: 'LOG#1' }, { exists: false }, [follower, broken])).rejects.toThrow()
    expect((await all(table.keys(PK))).flat()).toEqual([])
    await table.put({ pk: PK, sk: 'LOG#1' }, { exists: false }, [follower])
    expect((await all(table.keys(PK))).flat().map((key) => key.sk)).toEqual(['LOG#1', 'ROW#a'])
  })

  it('returns for a write whether it met its condition', async () => {
    const { table } = await openFile()
    const record = { pk: PK, sk: 'RUN' }
    const check = { key: record, condition: { exists: true, equals: { name: 'a' }, atMost: { seal: '0002' } } }
    const put = (name: string) => table.put({ pk: PK, sk: `LOG#${name}` }, { exists: false }, [], check)
    expect(await put('no record')).toMatchObject({ hasPassedCheck: false })
    await table.put({ ...record, name: 'a' }, {})
    expect(await put('met')).toMatchObject({ hasPassedCheck: true })
    await table.put({ ...record, name: 'a', seal: '0003' }, {})
    expect(await put('sealed above')).toMatchObject({ hasPassedCheck: false })
    await table.put({ ...record, seal: '0001' }, {})
    expect(await put('no name')).toMatchObject({ hasPassedCheck: false })
    // The write succeeds whatever the result of the check.
    expect((await all(table.keys(PK, 'LOG#'))).flat()).toHaveLength(4)
  })

  it('refuses a failing write in a commit of many, and performs the others', async () => {
    const { table } = await openFile()
    const puts = Array.from({ length: 20 }, (_, n) =>
      table.put({ pk: PK, sk: `LOG#${n}`, ...(n === 7 ? { pos: 7 } : {}) }, { exists: false }),
    )
    const results = await Promise.allSettled(puts)
    expect(results.flatMap(({ status }, n) => (status === 'rejected' ? [n] : []))).toEqual([7])
    expect((await all(table.keys(PK))).flat()).toHaveLength(19)
  })

  it('reads while a write waits for the disk', async () => {
    const { table } = await openFile()
    await table.put({ pk: PK, sk: 'LOG#1', n: 1 }, {})
    const other = new DatabaseSync(join(directory, 'runmeta.sqlite'))
    other.exec('begin immediate')
    let isWritten = false
    const written = table.put({ pk: PK, sk: 'LOG#2' }, {}).then(() => {
      isWritten = true
    })
    for (let n = 0; n < 100; n++) expect(await table.get({ pk: PK, sk: 'LOG#1' })).toMatchObject({ n: 1 })
    expect((await all(table.pages(PK))).length).toBe(1)
    expect(isWritten).toBe(false)
    other.exec('rollback')
    other.close()
    await written
    expect(await table.get({ pk: PK, sk: 'LOG#2' })).toBeDefined()
  })

  it('rejects a write after its time-out, like a store that does not respond', async () => {
    const { table } = await openFile()
    const other = new DatabaseSync(join(directory, 'runmeta.sqlite'))
    other.exec('begin immediate')
    const ending = new AbortController()
    const written = table.withSignal(ending.signal).put({ pk: PK, sk: 'LOG#1' }, {})
    ending.abort()
    await expect(written).rejects.toMatchObject({ code: 'store_unavailable' })
    await expect(table.withSignal(ending.signal).get({ pk: PK, sk: 'LOG#1' })).rejects.toMatchObject({
      code: 'store_unavailable',
    })
    other.exec('rollback')
    other.close()
  })

  it('reads a long partition page by page, each item once, while it grows', async () => {
    const { table } = await openFile()
    const at = (n: number) => String(n).padStart(6, '0')
    for (let from = 0; from < 1200; from += 100) {
      await Promise.all(
        Array.from({ length: 100 }, (_, n) => table.put({ pk: PK, sk: `LOG#${from + n}`, pos: at(from + n) }, {})),
      )
    }
    const seen: string[] = []
    for await (const { items } of table.pages(PK, { first: 10 })) {
      seen.push(...items.map(({ pos }) => String(pos)))
      await table.put({ pk: PK, sk: `LOG#new-${seen.length}`, pos: at(9000 + seen.length) }, {})
    }
    expect(seen).toEqual(Array.from({ length: 1200 }, (_, n) => at(1199 - n)))
  })
})
