import { badRequest } from '../error/api.ts'
import { isRunHandle } from '../run/brand.ts'
import type { PipelineRun, RunHandle } from '../run/handle.ts'
import { idOf } from '../run/path.ts'
import { decimal } from '../value/decimal.ts'
import { pointerTo } from '../value/pointer.ts'
import { Typed } from '../value/typed.ts'
import { isNumeric, isValueObject, type Value, type ValueObject } from '../value/value.ts'
import { write } from '../value/write.ts'

/** Runs in one comparison. */
const MAX_RUNS = 20
/** Characters of a value in the printed table. */
const WIDTH = 40

/** One row of a comparison: a place in the metadata of several runs. */
export interface ComparisonRow {
  /** JSON Pointer from the root of the metadata. */
  readonly pointer: string
  /**
   * The value of each run, in the order of the runs: a scalar, a typed value, an array or an empty object. The members
   * of an object have rows of their own. `undefined` if a run has no value there.
   */
  readonly values: readonly (Value | undefined)[]
  /** Whether the values differ. Numbers are compared as numbers, and typed values by their content. */
  readonly differs: boolean
}

/** A comparison of runs. As a string it is a table, in which `*` marks the rows that differ. */
export class Comparison {
  readonly runs: readonly PipelineRun[]
  /** By pointer. */
  readonly rows: readonly ComparisonRow[]

  constructor(runs: readonly PipelineRun[]) {
    this.runs = runs
    this.rows = [
      ...membersOf(
        '',
        runs.map(({ runMetadata }) => runMetadata),
      ),
    ]
  }

  /** The rows that differ. */
  get differences(): readonly ComparisonRow[] {
    return this.rows.filter(({ differs }) => differs)
  }

  /** A table of the rows, with `*` before those that differ. */
  toString(): string {
    const heading = ['', ...this.runs.map(({ name }) => name)]
    const lines = this.rows.map(({ pointer, values, differs }) => [
      `${differs ? '*' : ' '} ${visible(pointer)}`,
      ...values.map(shown),
    ])
    return aligned([heading, ...lines])
  }
}

/** The calls that read the runs: runs with ids are read in one request. */
interface Readers {
  byIds(ids: readonly string[]): Promise<readonly PipelineRun[]>
  byName(reference: string): Promise<PipelineRun>
}

/** See {@link Client.compare}. */
export async function compare(
  references: readonly (string | RunHandle)[],
  { byIds, byName }: Readers,
): Promise<Comparison> {
  const names = namesOfRuns(references)
  const ids = [...new Set(names.flatMap((name) => idOf(name) ?? []))]
  const found = ids.length === 0 ? [] : byIds(ids)
  const runs = names.map(async (name) => {
    const id = idOf(name)
    const byId = id === undefined ? undefined : (await found).find((run) => run.id === id)
    // A reference that looks like an id may be a name.
    return byId ?? (await byName(name))
  })
  return new Comparison(await Promise.all(runs))
}

/** The references of the runs to compare. @throws BadRequestError if it is not an array, or has too few or too many elements */
function namesOfRuns(references: readonly (string | RunHandle)[]): string[] {
  if (!Array.isArray(references) || references.length < 1 || references.length > MAX_RUNS) {
    throw badRequest(`compare: takes an array of 1 to ${MAX_RUNS} runs, or their ids, names or prefixes`)
  }
  return references.map((one) => (isRunHandle(one) ? one.reference : one))
}

function* rowsAt(pointer: string, values: readonly (Value | undefined)[]): Generator<ComparisonRow> {
  const leaves = values.map((value) => (hasMembers(value) ? undefined : value))
  if (leaves.some((leaf) => leaf !== undefined)) {
    yield { pointer, values: leaves, differs: new Set(leaves.map(canonical)).size > 1 }
  }
  yield* membersOf(
    pointer,
    values.map((value) => (hasMembers(value) ? value : undefined)),
  )
}

function* membersOf(
  pointer: string,
  objects: readonly (Readonly<ValueObject> | undefined)[],
): Generator<ComparisonRow> {
  const names = new Set(objects.flatMap((object = {}) => Object.keys(object)))
  for (const name of [...names].sort()) {
    const values = objects.map((object = {}) => (Object.hasOwn(object, name) ? object[name] : undefined))
    yield* rowsAt(pointer + pointerTo([name]), values)
  }
}

const hasMembers = (value: Value | undefined): value is ValueObject =>
  isValueObject(value) && Object.keys(value).length > 0

/** The same text for values that are the same. */
function canonical(value: Value | undefined): string | undefined {
  const plain = Typed.is(value) ? value.value : value
  if (isNumeric(plain)) return decimal(String(plain))
  if (Array.isArray(plain)) return `[${plain.map(canonical).join(',')}]`
  if (!isValueObject(plain)) return JSON.stringify(plain)
  const names = Object.keys(plain).sort()
  return `{${names.map((name) => JSON.stringify(name) + canonical(plain[name])).join(',')}}`
}

/** A value as JSON, shortened if it is long; `-` if there is none. */
function shown(value: Value | undefined): string {
  if (value === undefined) return '-'
  const characters = [...visible(write({ value }).text.slice('{"value":'.length, -1))]
  return characters.length > WIDTH ? `${characters.slice(0, WIDTH - 1).join('')}…` : characters.join('')
}

/** Escapes line breaks, so that a text stays on its line. */
const visible = (text: string): string =>
  text.replace(
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

function aligned(table: readonly (readonly string[])[]): string {
  const lengthOf = (cell: string) => [...cell].length
  const widths: number[] = []
  for (const line of table) {
    for (const [column, cell] of line.entries()) widths[column] = Math.max(widths[column] ?? 0, lengthOf(cell))
  }
  const padded = (cell: string, column: number) => cell + ' '.repeat((widths[column] ?? 0) - lengthOf(cell))
  return table.map((line) => line.map(padded).join('  ').trimEnd()).join('\n')
}
