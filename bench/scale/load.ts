import type { Random } from './random.ts'
import { createRecorder, type Rounds } from './record.ts'

/** Records the calls of many runs, for the replay. */

export interface Recording {
  /** The writes of the creation of each run. */
  readonly creations: readonly Rounds[]
  /** The writes of some logs of each run, which are replayed in turn. */
  readonly logs: readonly (readonly Rounds[])[]
  /** Hashes of the partition keys of `lookup` whose entries each sort after the previous ones. */
  readonly growing: ReadonlySet<string>
}

export interface LoadOptions {
  /** Whether the three numbers of a log are searchable. */
  readonly isIndexed: boolean
  /** Whether one of them grows from log to log, as an epoch does. */
  readonly isGrowing?: boolean
  readonly runs: number
  readonly shards: number
  readonly random: Random
}

const PROJECT = 'default'
/** How many logs of each run are recorded. */
const LOGS = 3
const START = Date.UTC(2026, 0, 1)

/** With fewer entries, nothing is known about their order. */
const MIN_ENTRIES = 4
/** If at least this share of a key's entries sort after the previous one, the key grows. */
const GROWING_SHARE = 0.95

function growingOf(calls: readonly Rounds[]): ReadonlySet<string> {
  const placed = new Map<string, string[]>()
  for (const { entries } of calls.flat(2)) {
    const { hash, sk } = entries.at(-1) ?? {}
    if (hash === undefined || sk === undefined) continue
    const before = placed.get(hash) ?? []
    before.push(sk)
    placed.set(hash, before)
  }
  const isGrowing = (sks: readonly string[]) =>
    sks.length >= MIN_ENTRIES && sks.filter((sk, n) => sk > (sks[n - 1] ?? '')).length >= GROWING_SHARE * sks.length
  return new Set([...placed].filter(([, sks]) => isGrowing(sks)).map(([hash]) => hash))
}

/** Records the creation of each run, and some logs: one of each run, then the next of each run. */
export async function record({ isIndexed, isGrowing = false, runs, shards, random }: LoadOptions): Promise<Recording> {
  let now = START
  const recorder = await createRecorder(`${PROJECT}=${shards}`, () => now)
  const ids = Array.from({ length: runs }, () => random.uuid())
  const creations: Rounds[] = []
  const logs: Rounds[][] = ids.map(() => [])
  for (const id of ids) {
    now += 1
    const body = { id, name: `run-${random.uuid()}`, index: isIndexed }
    creations.push(await recorder.record('POST', '/v1/runs', body))
  }
  let count = 0
  const metric = () => Number(random.next().toFixed(6))
  // The first log creates the entries. Only the later ones, which move them, are replayed.
  for (let round = 0; round <= LOGS; round++) {
    for (const [n, id] of ids.entries()) {
      now += 1
      const metadata = { metrics: { loss: metric(), accuracy: metric(), seconds: isGrowing ? ++count : metric() } }
      const rounds = await recorder.record('POST', `/v1/runs/${id}/metadata`, { metadata })
      if (round > 0) logs[n]?.push(rounds)
    }
  }
  await recorder.close()
  const inTime = [
    ...creations,
    ...Array.from({ length: LOGS }, (_, n) => logs.flatMap((of) => of.slice(n, n + 1))).flat(),
  ]
  return { creations, logs, growing: growingOf(inTime) }
}
