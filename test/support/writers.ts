import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'

/** Logs of many concurrent writers, and their checks. */

/** The size of a large log, which does not fit one item. */
const NOISE_BYTES = 400_000

export interface Making {
  readonly id: string
  readonly metadata: Readonly<Record<string, string>>
  /** Whether it is sent again if it is not acknowledged, with its id as the idempotency key. */
  readonly isRepeated: boolean
}

export interface Made {
  readonly id: string
  readonly making: Making
  /** The log's id in the reply, if it was acknowledged. */
  readonly log: string | undefined
}

function makingOf(n: number): Making {
  const id = `log-${n}`
  const noise = n % 100 === 7 ? { noise: randomBytes(NOISE_BYTES).toString('base64') } : {}
  // All logs have the first key, so its history is that of the run. The other keys show that a log is complete.
  return { id, metadata: { seq: id, [`${id}.a`]: id, ...noise, [`${id}.z`]: id }, isRepeated: n % 5 !== 0 }
}

export type Log = (making: Making) => Promise<string | undefined>

export interface Writers {
  readonly count: number
  /** @returns the log's id, if it is acknowledged */
  readonly log: Log
  readonly isOver: (made: readonly Made[]) => boolean
}

/** Logs from many concurrent writers until `isOver`. */
export async function makeLogs({ count, log, isOver }: Writers): Promise<Made[]> {
  const made: Made[] = []
  let next = 0
  const writer = async () => {
    while (!isOver(made)) {
      const making = makingOf(next++)
      made.push({ id: making.id, making, log: await log(making) })
    }
  }
  await Promise.all(Array.from({ length: count }, writer))
  return made
}

/** An entry of the history of `seq`. */
export interface Kept {
  readonly value: unknown
  readonly log: string
}

/** Checks that each acknowledged log is stored once, each other one at most once, and all completely. */
export function expectOnce(
  made: readonly Made[],
  metadata: Readonly<Record<string, unknown>>,
  history: readonly Kept[],
): void {
  const kept = new Map<unknown, Kept[]>()
  for (const entry of history) kept.set(entry.value, [...(kept.get(entry.value) ?? []), entry])
  const wrong = made.flatMap(({ id, log }) => {
    const entries = kept.get(id) ?? []
    const ends = [metadata[`${id}.a`], metadata[`${id}.z`]].filter((value) => value === id).length
    if (entries.length > 1) return [`${id} is there ${entries.length} times`]
    if (ends !== entries.length * 2) return [`${id} is torn: ${entries.length} in the history, ${ends} of 2 keys`]
    if (log !== undefined && entries.length === 0) return [`${id} was acknowledged and is lost`]
    if (log !== undefined && entries[0]?.log !== log) return [`${id} was acknowledged as another log`]
    return []
  })
  expect(wrong).toEqual([])
  const known = new Set<unknown>(made.map(({ id }) => id))
  expect(history.filter(({ value }) => !known.has(value))).toEqual([])
}

/** Checks that some logs were acknowledged and some were not, so that the test proves something. */
export function expectBothKinds(made: readonly Made[]): void {
  expect(made.filter(({ log }) => log !== undefined).length).toBeGreaterThan(made.length / 2)
  expect(made.filter(({ log }) => log === undefined).length).toBeGreaterThan(0)
}
