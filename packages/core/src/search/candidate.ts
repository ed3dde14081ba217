import type { Context } from '../context.ts'
import type { KeyRow, Leaf } from '../index/rows.ts'
import { orderText } from '../json/order.ts'
import { fromPointer } from '../json/pointer.ts'
import { valueAt } from '../json/skip.ts'
import { load } from '../metadata/fold.ts'
import { withFoldedRun } from '../metadata/read.ts'
import type { StoredRun } from '../run/record.ts'
import { type Condition, holds, type RunValues, Undecided } from './condition.ts'

const MAX_POINTER_PARTS = 1024

/** The parts of a pointer: a key, and the way below it. */
export function partsOf(pointer: string): { readonly key: string; readonly below: readonly string[] } {
  const [key = '', ...below] = fromPointer(pointer, MAX_POINTER_PARTS) ?? []
  return { key, below }
}

/** A run that may be an answer, with the rows that were read of it. The rows decide, or where they cannot, its logs. */
export interface Candidate {
  readonly run: StoredRun
  /** What the latest log says of a key: nothing where no row tells, or where a later log may say otherwise. */
  row(key: string): KeyRow | undefined
  /** The same, with the logs asked where the rows do not tell. */
  currentRow(key: string): Promise<KeyRow | undefined>
  holds(condition: Condition): Promise<boolean>
  /** The value at a pointer as the JSON text that was logged, or undefined. */
  value(pointer: string): Promise<string | undefined>
  /** Keys whose rows were not read yet. */
  unreadKeys(keys: readonly string[]): string[]
  /** Whether its logs were asked for, and the run was deleted by then. */
  isDeleted(): boolean
  /** Takes what was read of a key's row. */
  setRow(key: string, row: KeyRow | undefined): void
}

const SCALAR = /^["\-\dtfn]/
const leafOf = (row: KeyRow | undefined, pointer: string): Leaf | undefined =>
  row?.leaves.find((leaf) => leaf.pointer === pointer)

/** What the logs say of a key. */
interface Logged
  extends ReadonlyMap<
    string,
    { readonly position: string /** Nothing where it was unset. */; readonly text: string | undefined }
  > {}

const NOTHING: Logged = new Map()

/** Reads what a run's logs come to, of these keys alone; nothing where the run was deleted meanwhile. */
const readLogged = (context: Context, id: string, keys: readonly string[]): Promise<Logged | undefined> =>
  withFoldedRun(context, id, {}, async ({ state }) => {
    const held = keys.flatMap((key) => {
      const one = state.run.get(key)
      return one === undefined ? [] : [{ key, one }]
    })
    await load(held.map(({ one }) => one))
    return new Map(held.map(({ key, one }) => [key, { position: one.position, text: one.value?.text() }]))
  })

interface Subject {
  readonly run: StoredRun
  /** The position of its latest log of very many keys. */
  readonly lastWideLog: string
  /** All keys that will be asked for. */
  readonly keys: readonly string[]
}

/** A candidate before any of its rows was read. */
export function createCandidate(context: Context, { run, lastWideLog, keys }: Subject): Candidate {
  const rows = new Map<string, KeyRow | undefined>()
  let reading: Promise<Logged | undefined> | undefined
  let isGone = false

  /** What the logs say of the keys asked for, read once. */
  async function logged(): Promise<Logged> {
    reading ??= readLogged(context, run.id, keys)
    const said = await reading
    isGone = said === undefined
    return said ?? NOTHING
  }

  /** A log of very many keys may have said something of this one without a row for it. */
  const isUncertain = (row: KeyRow | undefined): boolean => lastWideLog > (row?.version ?? '')

  /** A later log said something of this key, and its row was read before that was there: some of the rows are of another time. */
  function isInconsistent(key: string): boolean {
    const version = rows.get(key)?.version ?? ''
    return [...rows.values()].some((other) => other !== undefined && other.version > version && other.alsoWrote(key))
  }

  /** What a key's row says, where that is certain. @throws Undecided */
  function certainRow(key: string): KeyRow | undefined {
    const found = rows.get(key)
    if (isUncertain(found) || isInconsistent(key)) throw new Undecided()
    return found
  }

  function row(key: string): KeyRow | undefined {
    const found = rows.get(key)
    return run.isIndexed && !isUncertain(found) ? found : undefined
  }

  const rowFacts: RunValues = {
    leaf: (pointer) => leafOf(certainRow(partsOf(pointer).key), pointer),
    isKey: (pointer) => {
      const { key, below } = partsOf(pointer)
      return below.length === 0 && certainRow(key)?.isSet === true
    },
  }

  const NO_FACTS: RunValues = { leaf: () => undefined, isKey: () => false }

  /** The same from the logs: the row that its key's latest log wrote says what is searchable of it, and the log has all of it. */
  const factsFrom = (said: Logged): RunValues => ({
    leaf: (pointer) => {
      const { key, below } = partsOf(pointer)
      const held = said.get(key)
      const found = rows.get(key)
      // A log that is not through yet has no row, and no log of very many keys came after it.
      const isSearchable =
        held?.position === found?.version ? leafOf(found, pointer) !== undefined : (held?.position ?? '') > lastWideLog
      if (held?.text === undefined || !isSearchable) return undefined
      const text = valueAt(held.text, below)
      return text === undefined || !SCALAR.test(text) ? undefined : { order: orderText(text), isCut: false }
    },
    isKey: (pointer) => {
      const { key, below } = partsOf(pointer)
      return below.length === 0 && said.get(key)?.text !== undefined
    },
  })

  return {
    run,
    row,
    currentRow: async (key) => {
      const found = rows.get(key)
      if (!run.isIndexed || !isUncertain(found)) return row(key)
      const held = (await logged()).get(key)
      return held?.position === found?.version ? found : undefined
    },
    holds: async (condition) => {
      if (!run.isIndexed) return holds(NO_FACTS, condition)
      try {
        return holds(rowFacts, condition)
      } catch (error) {
        if (!(error instanceof Undecided)) throw error
        return holds(factsFrom(await logged()), condition)
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
      const value = (await logged()).get(key)?.text
      return value === undefined ? undefined : valueAt(value, below)
    },
    unreadKeys: (keys) => (run.isIndexed ? keys.filter((key) => !rows.has(key)) : []),
    isDeleted: () => isGone,
    setRow: (key, found) => void rows.set(key, found),
  }
}
