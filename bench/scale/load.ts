import type { Random } from './random.ts'
import { createRecorder, type Rounds } from './record.ts'

/** The recorded calls of many runs, which are replayed. */

export interface Recording {
  /** The writes of each run's creation. */
  readonly creations: readonly Rounds[]
  /** The writes of each run's logs, to be replayed in turn. */
  readonly logs: readonly (readonly Rounds[])[]
  /** Hashes of the partition keys of `lookup` whose entries each sort after the earlier ones. */
  readonly growing: ReadonlySet<string>
}

export interface LoadOptions {
  /** Whether the three numbers of a log are indexed. */
  readonly isIndexed: boolean
  /** Whether one of them grows with each log, like an epoch. */
  readonly isGrowing?: boolean
  readonly runs: number
  readonly shards: number
  readonly random: Random
}

const PROJECT = 'default'
/** Recorded logs of each run. */
const LOGS = 3
const START = Date.UTC(2026, 0, 1)

/** With fewer entries, a key does not count as growing. */
const TELLING = 4
/** The share of a key's entries that must sort after the one before. */
const MOSTLY = 0.95

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
    sks.length >= TELLING && sks.filter((sk, n) => sk > (sks[n - 1] ?? '')).length >= MOSTLY * sks.length
  return new Set([...placed].filter(([, sks]) => isGrowing(sks)).map(([hash]) => hash))
}

/** Records a creation of each run and some of its logs. The runs take turns, as concurrent runs do. */
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
  // The first log creates the entries, later logs move them. Only the later ones are replayed.
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
