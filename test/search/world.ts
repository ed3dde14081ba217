import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { jsonOf, type ReceiptBody, type RunBody, type TestApp } from '../support/app.ts'
import { type Change, isPlainCondition, type Query } from './arbitrary.ts'
import {
  areGrouped,
  type Condition,
  drivers,
  finds,
  logged,
  type ModelRun,
  mayFollow,
  metadataOf,
  type Op,
  type Search,
  searchableOf,
  seenAt,
  unset,
  valueAt,
} from './model.ts'
import {
  compareScalars,
  exact,
  leavesOf,
  list,
  type Members,
  pointerOf,
  type Scalar,
  type Tree,
  textOf,
} from './tree.ts'

/** An app, and the model of its runs. */
export interface World {
  readonly app: TestApp
  /** Keyed by slot. */
  readonly runs: Map<number, ModelRun>
  readonly deleted: string[]
  count: number
}

export const newWorld = (app: TestApp): World => ({ app, runs: new Map(), deleted: [], count: 0 })

/** Makes a change by the API, then in the model. A change of a run that does not exist is skipped. */
export async function apply(world: World, change: Change): Promise<void> {
  const { runs } = world
  const run = runs.get(change.slot)
  if (change.kind === 'create') {
    if (run === undefined) runs.set(change.slot, await create(world, change))
    return
  }
  if (run === undefined) return
  const next = await changed(world, run, change)
  if (next === undefined) {
    runs.delete(change.slot)
    world.deleted.push(run.id)
  } else runs.set(change.slot, next)
}

export async function create(world: World, change: Change & { kind: 'create' }): Promise<ModelRun> {
  const { kind: _, slot, isNamed, ...fields } = change
  // The slot's own name is reused after its run was deleted.
  const name = `run-${slot}${isNamed ? '' : `-${world.count++}`}`
  const shown = await jsonOf<RunBody>(world.app.send('POST', '/v1/runs', JSON.stringify({ name, ...fields })), 201)
  const { id, pipeline, status, createdAt } = shown
  return { id, name, pipeline, status, createdAt, isIndexed: fields.index ?? true, shown, keys: new Map() }
}

/** The run after a change; undefined if it was deleted. */
export async function changed(world: World, run: ModelRun, change: Change): Promise<ModelRun | undefined> {
  const path = `/v1/runs/${run.id}`
  const { app } = world
  switch (change.kind) {
    case 'create':
      return run
    case 'log':
      return await log(app, run, change)
    case 'unset': {
      const has = run.keys.has(change.key)
      const reply = await app.request(`${path}/metadata?key=${encodeURIComponent(change.key)}`, { method: 'DELETE' })
      expect(reply.status).toBe(has ? 204 : 404)
      return unset(run, change.key)
    }
    case 'patch': {
      const { kind: _, slot: __, ...fields } = change
      const shown = await jsonOf<RunBody>(app.send('PATCH', path, JSON.stringify(fields)))
      return { ...run, pipeline: shown.pipeline, status: shown.status, shown }
    }
    case 'delete':
      expect((await app.request(path, { method: 'DELETE' })).status).toBe(204)
      return undefined
  }
}

async function log(app: TestApp, run: ModelRun, change: Change & { kind: 'log' }): Promise<ModelRun> {
  const { metadata, step, relatedEntities, isTyped } = change
  const types = isTyped ? { types: typesOf(metadata) } : {}
  const rest = JSON.stringify({ ...types, step, relatedEntities }).slice(1)
  const body = `{"metadata":${textOf(metadata)}${rest === '}' ? '' : ','}${rest}`
  const receipt = await jsonOf<ReceiptBody & { log: { unindexed?: number } }>(
    app.send('POST', `/v1/runs/${run.id}/metadata`, body),
    201,
  )
  if (step !== undefined && relatedEntities === false) return run
  const { left } = searchableOf(metadata)
  if (run.isIndexed) expect(receipt.log.unindexed).toBe(left === 0 ? undefined : left)
  return logged(run, metadata)
}

/** Types for some of the scalars that can have one. */
const typesOf = (metadata: Members): Record<string, string> =>
  Object.fromEntries(
    [...leavesOf(metadata, '')].flatMap(([pointer, leaf], at) => {
      if (typeof leaf === 'string') return at % 2 === 0 ? [[pointer, 'Uri']] : []
      const isSize = typeof leaf === 'object' && leaf !== null && /^(0|[1-9]\d*)$/.test(leaf.text)
      return isSize ? [[pointer, 'StorageSize']] : []
    }),
  )

/** A query whose slots are replaced by the ids, names and values of runs. */
export interface Asked extends Search {
  readonly select: readonly string[]
  readonly isFull: boolean
  readonly limit: number | undefined
  readonly isGet: boolean
}

export function asked(world: World, query: Query): Asked {
  const { ids, name, nameContains, createdAfter, createdBefore, where, order, ...others } = query
  const { select = [], isFull = false, limit, ...rest } = others
  const runs = [...world.runs.values()]
  const pointers = runs.flatMap((run) => [
    ...[...leavesOf(metadataOf(run), '')].map(([pointer]) => pointer),
    ...[...run.keys.keys()].map((key) => pointerOf([key])),
  ])
  const known = [...new Set(pointers)].sort()
  const named = (text: string): string =>
    text.replace(/^(-?)#(\d+)$/, (_, sign, n) => sign + (known[Number(n) % known.length] ?? '/none'))
  const runOf = (slot: number): ModelRun | undefined => world.runs.get(slot)
  const moment = (at: readonly [number, number] | undefined): string | undefined =>
    at && new Date(Date.parse(runOf(at[0])?.createdAt ?? '2026-01-31') + at[1]).toISOString()
  return {
    ...rest,
    ids: ids?.map((slot) => runOf(slot)?.id ?? world.deleted.at(-1) ?? randomUUID()),
    name: name && (runOf(name[0])?.name ?? `run-${name[0]}`).slice(0, name[1]),
    nameContains: nameContains && partOf(runOf(nameContains[0])?.name ?? 'run-0', nameContains),
    createdAfter: moment(createdAfter),
    createdBefore: moment(createdBefore),
    where: where?.map((one) => resolved(runs, named, one)),
    order: order === undefined ? undefined : named(order),
    select: [...new Set(select.map(named))],
    isFull,
    limit,
  }
}

function partOf(name: string, [, from, characters, isUpper]: NonNullable<Query['nameContains']>): string {
  const part = name.slice(from, from + characters) || name
  return isUpper ? part.toUpperCase() : part
}

function resolved(runs: readonly ModelRun[], named: (text: string) => string, condition: Condition): Condition {
  if ('and' in condition) return { and: condition.and.map((one) => resolved(runs, named, one)) }
  if ('or' in condition) return { or: condition.or.map((one) => resolved(runs, named, one)) }
  if ('not' in condition) return { not: resolved(runs, named, condition.not) }
  const { op, value, like } = condition
  const pointer = named(condition.pointer)
  const seen = runs.flatMap((run) => seenAt(run, pointer) ?? [])
  if (like === undefined || seen.length === 0) return { pointer, op, value }
  return { pointer, op, value: likeOne(op, seen, like) ?? value }
}

/** An operand that matches some of the present values. */
function likeOne(op: Op, seen: readonly Scalar[], like: number): Tree | undefined {
  const one = seen[like % seen.length] ?? null
  const other = seen[(like * 7 + 1) % seen.length] ?? null
  const isOrdered = typeof one === 'string' || (typeof one === 'object' && one !== null)
  switch (op) {
    case 'exists':
      return undefined
    case '=':
    case '!=':
      return one
    case 'in':
      return list([one, other])
    case 'contains':
      return typeof one === 'string' ? [...one].slice(like % 3, (like % 3) + (like % 5)).join('') : undefined
    case 'prefix':
      return typeof one === 'string' ? [...one].slice(0, like % 5).join('') : undefined
    case 'between': {
      const order = compareScalars(one, other)
      return isOrdered && order !== undefined ? list(order <= 0 ? [one, other] : [other, one]) : undefined
    }
    default:
      return isOrdered ? one : undefined
  }
}

const conditionText = (condition: Condition): string => {
  if ('and' in condition) return `{"and":[${condition.and.map(conditionText)}]}`
  if ('or' in condition) return `{"or":[${condition.or.map(conditionText)}]}`
  if ('not' in condition) return `{"not":${conditionText(condition.not)}}`
  const { pointer, op, value } = condition
  const against = value === undefined ? '' : `,"value":${textOf(value)}`
  return `{"pointer":${JSON.stringify(pointer)},"op":"${op}"${against}}`
}

function request(app: TestApp, search: Asked, cursor: string | undefined): Promise<Response> {
  const { where = [], select, isFull, isGet, ids = [], pipeline = [], status = [], ...fields } = search
  const include = isFull ? ['metadata'] : []
  if (isGet && where.every(isPlainCondition)) {
    const single = Object.entries({ ...fields, cursor }).filter(([, value]) => value !== undefined)
    const query = new URLSearchParams(single.map(([name, value]) => [name, String(value)]))
    for (const id of ids) query.append('id', id)
    for (const one of pipeline) query.append('pipeline', one)
    for (const one of status) query.append('status', one)
    for (const one of select) query.append('select', one)
    for (const one of include) query.append('include', one)
    for (const one of where) {
      if (!('pointer' in one)) continue
      query.append('where', `${one.pointer} ${one.op}${one.value === undefined ? '' : ` ${textOf(one.value)}`}`)
    }
    return app.request(`/v1/runs?${query}`)
  }
  const lists = Object.entries({ ids, pipeline, status, select, include }).filter(([, all]) => all.length > 0)
  const rest = JSON.stringify({ ...fields, ...Object.fromEntries(lists), cursor })
  const conditions = where.length === 0 ? '' : `${rest === '{}' ? '' : ','}"where":[${where.map(conditionText)}]`
  return app.send('POST', '/v1/runs/search', `${rest.slice(0, -1)}${conditions}}`)
}

type Item = Record<string, unknown> & { readonly id: string }

/** All pages of an answer, with exact numbers. */
export interface Answer {
  readonly order: string
  readonly items: readonly Item[]
  readonly pages: number
}

export async function ask(app: TestApp, search: Asked): Promise<Answer> {
  const most = search.limit ?? (search.isFull ? 20 : 50)
  const items: Item[] = []
  let cursor: string | undefined
  let order = ''
  let pages = 0
  do {
    const reply = await request(app, search, cursor)
    const text = await reply.text()
    expect(reply.status, text).toBe(200)
    const page = exact(text) as { runs: Item[]; order: string; next?: string }
    expect(page.runs.length).toBeLessThanOrEqual(most)
    expect(order === '' || order === page.order, 'the order stays').toBe(true)
    items.push(...page.runs)
    order = page.order
    cursor = page.next
    pages++
    expect(pages, 'an answer ends').toBeLessThan(5000)
  } while (cursor !== undefined)
  return { order, items, pages }
}

/**
 * Compares an answer with the model: each run once, only runs that brute force finds, and only with their own
 * values.
 *
 * @param mayMiss runs that may be missing
 */
export function check(
  search: Asked,
  { order, items }: Answer,
  runs: readonly ModelRun[],
  mayMiss: (run: ModelRun) => boolean = () => false,
): void {
  const expected = runs.filter((run) => finds(search, run))
  const found = items.map(({ id }) => id)
  expect(new Set(found).size, 'each run once').toBe(found.length)
  const wrong = found.filter((id) => !expected.some((run) => run.id === id))
  expect(
    wrong.map((id) => runs.find((run) => run.id === id) ?? id),
    'only what is found by brute force',
  ).toEqual([])
  const missing = expected.filter((run) => !found.includes(run.id) && !mayMiss(run))
  expect(missing, 'all that is found by brute force').toEqual([])
  const answered = items.flatMap(({ id }) => expected.find((run) => run.id === id) ?? [])
  for (const [at, item] of items.entries()) checkItem(search, item, answered[at])
  checkOrder(search, order, answered)
}

function checkItem({ select, isFull }: Asked, item: Item, run: ModelRun | undefined): void {
  if (run === undefined) return
  const { selected, metadata, types: _, steps: __, ...fields } = item
  assert.deepStrictEqual(fields, run.shown)
  const values = select.flatMap((pointer) => {
    const value = valueAt(run, pointer)
    return value === undefined ? [] : [`${JSON.stringify(pointer)}:${textOf(value)}`]
  })
  assert.deepStrictEqual(selected ?? {}, exact(`{${values}}`))
  assert.deepStrictEqual(metadata, isFull ? exact(textOf(metadataOf(run))) : undefined)
}

function checkOrder(search: Asked, order: string, answered: readonly ModelRun[]): void {
  // The order of a search by ids is only known from its reply.
  if (search.ids === undefined || search.order !== undefined) expect(drivers(search)).toContain(order)
  expect(areGrouped(order, answered), `kinds stand together in ${order}`).toBe(true)
  for (const [at, run] of answered.entries()) {
    const next = answered[at + 1]
    if (next !== undefined) expect(mayFollow(order, run, next), `${order}: ${run.name}, ${next.name}`).toBe(true)
  }
}
