import type { Model } from '../model/explore.ts'

/**
 * The protocol between writers, checkpointers and a reader, as packages/core/src/metadata/checkpoint has it, step by step: a step is
 * one request to the store. `explore` tries every order of the steps, and says what an acknowledged log can come to.
 */

/** What can be left out, to see that it is needed. */
export interface Without {
  readonly verify?: true
  /** A checkpoint is named though the record was unsealed meanwhile. */
  readonly generation?: true
  /** A seal may fall. */
  readonly rise?: true
  /** The logs are read before the record is sealed. */
  readonly order?: true
}

/** Metadata key → position of the log that said it last. */
type Fold = Readonly<Record<string, number>>
interface Log {
  readonly id: string
  readonly keys: readonly string[]
  readonly position: number
}
interface Named {
  readonly watermark: number
  readonly id: string
}
interface Run {
  readonly seal: number
  readonly generation: number
  readonly named?: Named
}
interface Writer {
  readonly log: Log
  readonly at: 'put' | 'look' | 'chunks' | 'unseal' | 'done'
  readonly run?: Run | undefined
  /** The log that is there, by whichever sending. */
  readonly stored?: Log | undefined
}
interface Checkpointer {
  readonly id: string
  readonly watermark: number
  readonly at: 'record' | 'seal' | 'look' | 'read' | 'put' | 'name' | 'clear' | 'done'
  readonly run?: Run | undefined
  readonly base?: Named | undefined
  readonly fold?: Fold | undefined
  readonly isNamed?: boolean | undefined
}
interface Reader {
  readonly at: 'record' | 'chunks' | 'tail' | 'done'
  readonly run?: Run
  readonly must: readonly Log[]
  readonly fold?: Fold
}
interface World {
  readonly run: Run
  readonly logs: readonly Log[]
  readonly chunks: Readonly<Record<string, Fold>>
  readonly writers: readonly Writer[]
  readonly checkpointers: readonly Checkpointer[]
  readonly reader: Reader
  readonly acknowledged: readonly Log[]
}

const later = (one: Fold, other: Fold): Fold => {
  const joined: Record<string, number> = { ...one }
  for (const [key, position] of Object.entries(other)) joined[key] = Math.max(joined[key] ?? 0, position)
  return joined
}
const folded = (logs: readonly Log[]): Fold =>
  logs.reduce<Fold>(
    (fold, { keys, position }) => later(fold, Object.fromEntries(keys.map((key) => [key, position]))),
    {},
  )
const holds = (fold: Fold, { keys, position }: Log): boolean => keys.every((key) => (fold[key] ?? 0) >= position)
const isSame = (one: Run, other: Run): boolean => one.seal === other.seal && one.generation === other.generation

/** What is done remembers nothing, so that what differs in its past only is one state. */
const DONE = { at: 'done', run: undefined, stored: undefined } as const
const OVER = { at: 'done', run: undefined, base: undefined, fold: undefined, isNamed: undefined } as const

/** The world after each step that could be next; none where all are done. */
function* next(world: World, without: Without): Generator<[step: string, after: World]> {
  for (const [index, writer] of world.writers.entries()) {
    const after = (change: Partial<Writer>, more: Partial<World> = {}): World => ({
      ...world,
      ...more,
      writers: world.writers.map((each, n) => (n === index ? { ...writer, ...change } : each)),
    })
    const acknowledge = (stored: Log, more: Partial<World> = {}) =>
      after(DONE, { ...more, acknowledged: [...world.acknowledged, stored] })
    const { log, run, stored = log } = writer
    if (writer.at === 'put') {
      const earlier = world.logs.find(({ id }) => id === log.id)
      const there = earlier ?? log
      const logs = earlier === undefined ? { logs: [...world.logs, log] } : {}
      const done = { ...logs, acknowledged: [...world.acknowledged, there] }
      yield [`put ${index}`, without.verify ? after(DONE, done) : after({ at: 'look', stored: there }, logs)]
    }
    if (writer.at === 'look') {
      const { seal, named } = world.run
      const isOpen = seal <= stored.position
      if (isOpen) yield [`look ${index}`, acknowledge(stored)]
      else yield [`look ${index}`, after({ at: named === undefined ? 'unseal' : 'chunks', run: world.run })]
    }
    if (writer.at === 'chunks' && run?.named !== undefined) {
      const fold = world.chunks[run.named.id]
      const isHeld = fold !== undefined && holds(fold, stored)
      yield [`chunks ${index}`, isHeld ? acknowledge(stored) : after({ at: 'unseal' })]
    }
    if (writer.at === 'unseal' && run !== undefined) {
      const unsealed = { run: { seal: 0, generation: world.run.generation + 1 } }
      yield [`unseal ${index}`, isSame(world.run, run) ? acknowledge(stored, unsealed) : after({ at: 'look' })]
    }
  }
  for (const [index, checkpointer] of world.checkpointers.entries()) {
    const after = (change: Partial<Checkpointer>, more: Partial<World> = {}): World => ({
      ...world,
      ...more,
      checkpointers: world.checkpointers.map((each, n) => (n === index ? { ...checkpointer, ...change } : each)),
    })
    const { at, id, watermark, run, base, fold } = checkpointer
    const name = `${at} of ${id}`
    if (at === 'record') yield [name, after({ at: without.order ? 'look' : 'seal', run: world.run })]
    if (at === 'seal' && run !== undefined) {
      const mayRise = watermark > run.seal || without.rise === true
      const sealed = { ...world.run, seal: watermark }
      const on = without.order ? 'put' : 'look'
      if (mayRise && isSame(world.run, run)) yield [name, after({ at: on, run: sealed }, { run: sealed })]
      else yield [name, after(OVER)]
    }
    if (at === 'look') {
      const { named } = world.run
      yield [name, after({ at: 'read', ...(named && named.watermark <= watermark ? { base: named } : {}) })]
    }
    if (at === 'read') {
      const kept = base === undefined ? {} : world.chunks[base.id]
      const logs = world.logs.filter(
        ({ position }) => position < watermark && (base === undefined || position >= base.watermark),
      )
      // A base that is gone is looked for anew.
      if (kept === undefined) yield [name, { ...after({ at: 'look' }) }]
      else yield [name, after({ at: without.order ? 'seal' : 'put', fold: later(kept, folded(logs)) })]
    }
    if (at === 'put' && fold !== undefined)
      yield [name, after({ at: 'name' }, { chunks: { ...world.chunks, [id]: fold } })]
    if (at === 'name' && run !== undefined) {
      const isNamed = without.generation ? world.run.seal >= watermark || world.run.seal === 0 : isSame(world.run, run)
      const named = { run: { ...world.run, named: { watermark, id } } }
      yield [name, after({ at: 'clear', isNamed }, isNamed ? named : {})]
    }
    if (at === 'clear') {
      const kept = Object.entries(world.chunks).filter(([each]) => (each === id) === checkpointer.isNamed)
      yield [name, after(OVER, { chunks: Object.fromEntries(kept) })]
    }
  }
  const { reader } = world
  const read = (change: Partial<Reader>): World => ({ ...world, reader: { ...reader, ...change } })
  if (reader.at === 'record') yield ['reader: record', read({ at: 'chunks', run: world.run, must: world.acknowledged })]
  if (reader.at === 'chunks') {
    const named = reader.run?.named
    const fold = named === undefined ? {} : world.chunks[named.id]
    yield ['reader: chunks', fold === undefined ? read({ at: 'record' }) : read({ at: 'tail', fold })]
  }
  if (reader.at === 'tail') {
    const above = reader.run?.named?.watermark ?? 0
    const tail = folded(world.logs.filter(({ position }) => position >= above))
    yield ['reader: tail', read({ at: 'done', fold: later(reader.fold ?? {}, tail) })]
  }
}

/** Acknowledged logs that a reader who is through does not know of, and those that no reader will ever know of again. */
function lost({ reader, run, logs, chunks, acknowledged }: World): Log[] {
  const { fold } = reader
  const unread = reader.at === 'done' && fold !== undefined ? reader.must.filter((log) => !holds(fold, log)) : []
  const kept = run.named === undefined ? {} : chunks[run.named.id]
  // A checkpoint that is gone is no checkpoint: the logs are read instead.
  if (kept === undefined) return unread
  const above = run.named?.watermark ?? 0
  const now = later(kept, folded(logs.filter(({ position }) => position >= above)))
  return [...unread, ...acknowledged.filter((log) => !holds(now, log))]
}

/** Who takes part; all at once would be too many orders to try. */
export interface Cast {
  readonly writers: readonly number[]
  readonly checkpointers: readonly number[]
  readonly reads: boolean
}

// Two sendings of one log, through two servers; and one that says some of the same anew, between them.
const WRITERS: readonly Writer[] = [
  { log: { id: 'K', keys: ['a', 'b'], position: 10 }, at: 'put' },
  { log: { id: 'K', keys: ['a', 'b'], position: 30 }, at: 'put' },
  { log: { id: 'L', keys: ['a'], position: 20 }, at: 'put' },
]

const startOf = ({ writers, checkpointers, reads }: Cast): World => ({
  run: { seal: 0, generation: 0 },
  logs: [],
  chunks: {},
  writers: writers.flatMap((n) => WRITERS[n] ?? []),
  // Their clocks may differ, so that a later one's watermark is the lower one.
  checkpointers: checkpointers.map((watermark, n) => ({ id: `C${n}`, watermark, at: 'record' })),
  reader: { at: reads ? 'record' : 'done', must: [] },
  acknowledged: [],
})

/** The protocol as this cast plays it, with a part of it taken out if asked. */
export const model = (cast: Cast, without: Without = {}): Model<World> => ({
  first: startOf(cast),
  moves: (world) =>
    [...next(world, without)].map(([name, after]) => ({ name, make: (state) => void Object.assign(state, after) })),
  fault: (world) => (lost(world).length > 0 ? 'an acknowledged log is lost' : undefined),
})
