import assert from 'node:assert/strict'
import { expect } from 'vitest'
import { type Condition, holds, type ModelRun, metadataOf, orderedBy, type Search, seenAt, valueAt } from './model.ts'
import { exact, textOf } from './tree.ts'
import type { Answer, Asked } from './world.ts'

/** A run as it is from some time between the sending of its change and the acknowledgement. */
export interface Version {
  /** Undefined if the change deletes the run. */
  readonly run: ModelRun | undefined
  readonly sent: number
  readonly acknowledged: number
}

/** The versions that a search from `began` to `ended` may have seen. */
export function between(versions: readonly Version[], began: number, ended: number): (ModelRun | undefined)[] {
  const first = versions.findLastIndex(({ acknowledged }) => acknowledged <= began)
  const before = first === -1 ? [undefined] : []
  return [...before, ...versions.slice(Math.max(first, 0)).flatMap(({ run, sent }) => (sent <= ended ? [run] : []))]
}

/** Whether something holds for some versions, and for all. */
interface Chance {
  readonly can: boolean
  readonly must: boolean
}

const chance = (runs: readonly ModelRun[], is: (run: ModelRun) => boolean): Chance => ({
  can: runs.some(is),
  must: runs.every(is),
})
const all = (chances: readonly Chance[]): Chance => ({
  can: chances.every(({ can }) => can),
  must: chances.every(({ must }) => must),
})

/** The keys of a run are read at different times, so each condition may see another version. */
function chanceOf(runs: readonly ModelRun[], condition: Condition): Chance {
  if ('and' in condition) return all(condition.and.map((one) => chanceOf(runs, one)))
  if ('or' in condition) {
    const chances = condition.or.map((one) => chanceOf(runs, one))
    return { can: chances.some(({ can }) => can), must: chances.some(({ must }) => must) }
  }
  if ('not' in condition) {
    const { can, must } = chanceOf(runs, condition.not)
    return { can: !must, must: !can }
  }
  return chance(runs, (run) => holds(run, condition))
}

function chanceOfSearch(search: Search, versions: readonly (ModelRun | undefined)[]): Chance {
  const runs = versions.flatMap((run) => run ?? [])
  const { ids, name, nameContains, pipeline, status } = search
  const { createdAfter, createdBefore, where = [], order = '-createdAt' } = search
  const { what } = orderedBy(order)
  return all([
    { can: runs.length > 0, must: runs.length === versions.length },
    chance(runs, (run) => ids?.includes(run.id) ?? true),
    chance(runs, (run) => name === undefined || run.name.startsWith(name)),
    chance(runs, (run) => nameContains === undefined || run.name.toUpperCase().includes(nameContains.toUpperCase())),
    chance(runs, (run) => pipeline === undefined || pipeline.some((one) => run.pipeline === one)),
    chance(runs, (run) => status === undefined || status.some((one) => run.status === one)),
    chance(runs, (run) => createdAfter === undefined || run.createdAt > createdAfter),
    chance(runs, (run) => createdBefore === undefined || run.createdAt < createdBefore),
    chance(runs, (run) => what === 'createdAt' || seenAt(run, what) !== undefined),
    ...where.map((one) => chanceOf(runs, one)),
  ])
}

/**
 * Compares an answer with the versions of the runs: a run that matched throughout must be in it, and a run that
 * never matched must not.
 *
 * @param runs by id, the versions that the search may have seen
 */
export function checkBetween(
  search: Asked,
  { items }: Answer,
  runs: ReadonlyMap<string, readonly (ModelRun | undefined)[]>,
): void {
  const found = new Set(items.map(({ id }) => id))
  expect(found.size, 'each run once').toBe(items.length)
  for (const id of found) expect(runs.has(id), `${id} is a run`).toBe(true)
  for (const [id, versions] of runs) {
    const { can, must } = chanceOfSearch(search, versions)
    if (found.has(id)) expect(can, `${id} is found at some moment`).toBe(true)
    if (must) expect(found.has(id), `${id} is found all the while`).toBe(true)
  }
  for (const item of items)
    checkItem(
      search,
      item,
      (runs.get(item.id) ?? []).flatMap((run) => run ?? []),
    )
}

function checkItem({ select, isFull }: Asked, item: Answer['items'][number], versions: readonly ModelRun[]): void {
  const { selected = {}, metadata, types: _, steps: __, ...fields } = item
  isOneOf(
    fields,
    versions.map(({ shown }) => shown),
  )
  for (const pointer of select) {
    const values = versions.map((run) => {
      const value = valueAt(run, pointer)
      return value === undefined ? undefined : exact(textOf(value))
    })
    isOneOf((selected as Record<string, unknown>)[pointer], values)
  }
  if (isFull)
    isOneOf(
      metadata,
      versions.map((run) => exact(textOf(metadataOf(run)))),
    )
}

function isOneOf(value: unknown, possible: readonly unknown[]): void {
  const isSame = (one: unknown): boolean => {
    try {
      assert.deepStrictEqual(value, one)
      return true
    } catch {
      return false
    }
  }
  expect(possible.some(isSame), JSON.stringify({ value, possible })).toBe(true)
}
