import type { Context } from '../context.ts'
import type { KeyRow, Leaf } from '../index/rows.ts'
import { orderText } from '../json/order.ts'
import { valueAt } from '../json/skip.ts'
import { load } from '../metadata/fold.ts'
import { withFoldedRun } from '../metadata/read.ts'
import type { StoredRun } from '../run/record.ts'
import { type Condition, holds, type RunValues, Undecided } from './condition.ts'
import { partsOf } from './query.ts'

/** A run that may match, with the rows that were read. Its logs are read only if the rows cannot decide. */
export interface Candidate {
  readonly run: StoredRun
  /** The row of a key. Returns undefined if the key has no row, or if a later log may have written the key without a row. */
  row(key: string): KeyRow | undefined
  /** The row of a key if its log is still the key's latest. Reads the logs if the rows cannot tell. */
  currentRow(key: string): Promise<KeyRow | undefined>
  holds(condition: Condition): Promise<boolean>
  /** The JSON text that was logged. */
  value(pointer: string): Promise<string | undefined>
  unreadKeys(keys: readonly string[]): string[]
  /** Whether the run was found to be deleted when its logs were read. */
  isDeleted(): boolean
  /** `row` is undefined if the key has none. */
  setRow(key: string, row: KeyRow | undefined): void
}

const SCALAR = /^["\-\dtfn]/
const leafOf = (row: KeyRow | undefined, pointer: string): Leaf | undefined =>
  row?.leaves.find((leaf) => leaf.pointer === pointer)

/** The latest value of a key, read from the logs. */
interface LatestText {
  readonly position: string
  /** Undefined if the key was unset. */
  readonly text: string | undefined
}

type LatestTexts = ReadonlyMap<string, LatestText>

const NO_VALUES: RunValues = { leaf: () => undefined, isKey: () => false }

/** Undefined if the run was deleted meanwhile. */
const readLatestTexts = (context: Context, id: string, keys: readonly string[]): Promise<LatestTexts | undefined> =>
  withFoldedRun(context, id, {}, async ({ state }) => {
    const latest = keys.flatMap((key) => {
      const one = state.run.get(key)
      return one === undefined ? [] : [{ key, one }]
    })
    await load(latest.map(({ one }) => one))
    return new Map(latest.map(({ key, one }) => [key, { position: one.position, text: one.value?.text() }]))
  })

interface Subject {
  readonly run: StoredRun
  /** The position of its latest log with more than 64 keys. */
  readonly lastWideLog: string
  readonly keys: readonly string[]
}

export function createCandidate(context: Context, { run, lastWideLog, keys }: Subject): Candidate {
  const rows = new Map<string, KeyRow | undefined>()
  let reading: Promise<LatestTexts | undefined> | undefined
  let isDeleted = false

  /** Reads the values of all keys from the logs, once. */
  async function latestTexts(): Promise<LatestTexts> {
    reading ??= readLatestTexts(context, run.id, keys)
    const values = await reading
    isDeleted = values === undefined
    return values ?? new Map()
  }

  /** A later log with more than 64 keys may have written this key without writing its row. */
  const isUncertain = (row: KeyRow | undefined): boolean => lastWideLog > (row?.version ?? '')

  /** Whether the rows are from different moments: a later log also wrote this key, but this row was read before its update. */
  function isInconsistent(key: string): boolean {
    const version = rows.get(key)?.version ?? ''
    return [...rows.values()].some((other) => other !== undefined && other.version > version && other.alsoWrote(key))
  }

  /** The row of a key, if it is known to be the latest. @throws Undecided */
  function certainRow(key: string): KeyRow | undefined {
    const found = rows.get(key)
    if (isUncertain(found) || isInconsistent(key)) throw new Undecided()
    return found
  }

  function row(key: string): KeyRow | undefined {
    const found = rows.get(key)
    return run.isIndexed && !isUncertain(found) ? found : undefined
  }

  const rowValues: RunValues = {
    leaf: (pointer) => leafOf(certainRow(partsOf(pointer).key), pointer),
    isKey: (pointer) => {
      const { key, below } = partsOf(pointer)
      return below.length === 0 && certainRow(key)?.isSet === true
    },
  }

  /** The values in the logs. The row of a key's latest log tells which of its scalars are searchable. */
  const valuesFrom = (logged: LatestTexts): RunValues => ({
    leaf: (pointer) => {
      const { key, below } = partsOf(pointer)
      const latest = logged.get(key)
      const found = rows.get(key)
      // A log that is newer than its key's row has not written the row yet, unless it has more than 64 keys.
      const isSearchable =
        latest?.position === found?.version
          ? leafOf(found, pointer) !== undefined
          : (latest?.position ?? '') > lastWideLog
      if (latest?.text === undefined || !isSearchable) return undefined
      const text = valueAt(latest.text, below)
      return text === undefined || !SCALAR.test(text) ? undefined : { order: orderText(text), isCut: false }
    },
    isKey: (pointer) => {
      const { key, below } = partsOf(pointer)
      return below.length === 0 && logged.get(key)?.text !== undefined
    },
  })

  return {
    run,
    row,
    currentRow: async (key) => {
      const found = rows.get(key)
      if (!run.isIndexed || !isUncertain(found)) return row(key)
      const latest = (await latestTexts()).get(key)
      return latest?.position === found?.version ? found : undefined
    },
    holds: async (condition) => {
      if (!run.isIndexed) return holds(NO_VALUES, condition)
      try {
        return holds(rowValues, condition)
      } catch (error) {
        if (!(error instanceof Undecided)) throw error
        return holds(valuesFrom(await latestTexts()), condition)
      }
    },
    value: async (pointer) => {
      const { key, below } = partsOf(pointer)
      const found = rows.get(key)
      if (run.isIndexed && !isUncertain(found) && !isInconsistent(key)) {
        if (found?.isSet !== true) return undefined
        const text = leafOf(found, pointer)?.text
        if (text !== undefined) return text
      }
      const value = (await latestTexts()).get(key)?.text
      return value === undefined ? undefined : valueAt(value, below)
    },
    unreadKeys: (keys) => (run.isIndexed ? keys.filter((key) => !rows.has(key)) : []),
    isDeleted: () => isDeleted,
    setRow: (key, found) => void rows.set(key, found),
  }
}
