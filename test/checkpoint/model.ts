import type { Model } from '../support/explore.ts'

/**
 * The protocol of packages/core/src/metadata/checkpoint between writers, checkpointers and a reader. Each step is
 * one request to the store, and `explore` tries every order of the steps.
 */

/** Protections that can be removed, to show that they are needed. */
export interface Without {
  readonly verify?: true
  /** A checkpoint is named even if the record was unsealed meanwhile. */
  readonly generation?: true
  /** A seal may fall. */
  readonly rise?: true
  /** The logs are read before the record is sealed. */
  readonly order?: true
  /** All checkpoints except the one just named are removed. */
  readonly clear?: true
  /** A late writer checks only the newest checkpoint, and not the milestones. */
  readonly milestones?: true
}

/** For each key, the position of its latest log. */
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
  readonly named?: Named | undefined
  /** Earlier checkpoints, for reads as of a position. */
  readonly milestones: readonly Named[]
}
interface Chunk {
  readonly fold: Fold
  readonly generation: number
  readonly watermark: number
}
interface Writer {
  readonly log: Log
  readonly at: 'put' | 'look' | 'chunks' | 'unseal' | 'done'
  readonly run?: Run | undefined
  /** The stored log, from whichever attempt. */
  readonly stored?: Log | undefined
}
interface Checkpointer {
  readonly id: string
  readonly watermark: number
  readonly at: 'record' | 'seal' | 'base' | 'read' | 'put' | 'name' | 'clear' | 'done'
  readonly run?: Run | undefined
  readonly base?: Named | undefined
  readonly fold?: Fold | undefined
  /** The watermark of its current slice. */
  readonly slice?: number | undefined
  readonly made?: number | undefined
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
  readonly chunks: Readonly<Record<string, Chunk>>
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
const isSame = (one: Run, other: Run): boolean => JSON.stringify(one) === JSON.stringify(other)
/** Where a slice may end before the seal. */
const SLICE_END = 15
const nameOf = (id: string, slice: number): string => `${id}:${slice}`

/** A finished party keeps no fields, so that states with different pasts are equal. */
const DONE = { at: 'done', run: undefined, stored: undefined } as const
const OVER = {
  at: 'done',
  run: undefined,
  base: undefined,
  fold: undefined,
  slice: undefined,
  made: undefined,
  isNamed: undefined,
} as const

/** The world after each possible step. */
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
      const made = without.milestones ? [run.named] : [...run.milestones, run.named]
      const isHeld = run.named.watermark > stored.position && made.every((one) => isGood(world, one, stored))
      yield [`chunks ${index}`, isHeld ? acknowledge(stored) : after({ at: 'unseal' })]
    }
    if (writer.at === 'unseal' && run !== undefined) {
      const made = [...run.milestones, ...(run.named === undefined ? [] : [run.named])]
      const good = without.milestones
        ? [...run.milestones, ...(run.named !== undefined && isGood(world, run.named, stored) ? [run.named] : [])]
        : made.filter((one) => isGood(world, one, stored))
      const unsealed = {
        run: { ...world.run, generation: world.run.generation + 1, named: good.at(-1), milestones: good.slice(0, -1) },
      }
      yield [`unseal ${index}`, isSame(world.run, run) ? acknowledge(stored, unsealed) : after({ at: 'look' })]
    }
  }
  for (const [index, checkpointer] of world.checkpointers.entries()) {
    const after = (change: Partial<Checkpointer>, more: Partial<World> = {}): World => ({
      ...world,
      ...more,
      checkpointers: world.checkpointers.map((each, n) => (n === index ? { ...checkpointer, ...change } : each)),
    })
    const { at, id, watermark, run, base, fold, slice = 0, made = 0 } = checkpointer
    const name = `${at} of ${id}`
    const chunkId = nameOf(id, slice)
    if (at === 'record')
      yield [name, after({ at: without.order ? 'base' : 'seal', run: world.run, base: world.run.named })]
    if (at === 'seal' && run !== undefined) {
      const isOpen = run.seal > 0 && run.named?.watermark !== run.seal
      const mayRise = watermark > run.seal || without.rise === true
      const sealed = { ...world.run, seal: watermark }
      const on = without.order ? 'put' : 'base'
      if (isOpen && !without.order && !without.rise) yield [name, after({ at: on })]
      else if (mayRise && isSame(world.run, run)) yield [name, after({ at: on, run: sealed }, { run: sealed })]
      else yield [name, after(OVER)]
    }
    if (at === 'base') {
      const chunk = base === undefined ? undefined : world.chunks[base.id]
      if (base !== undefined && chunk === undefined) yield [name, after(OVER)]
      else yield [name, after({ at: 'read', fold: chunk?.fold ?? {} })]
    }
    if (at === 'read' && run !== undefined && fold !== undefined) {
      const seal = without.order ? watermark : run.seal
      const floor = base?.watermark ?? 0
      const ends = made === 0 && floor < SLICE_END && SLICE_END < seal ? [SLICE_END, seal] : [seal]
      for (const end of ends.filter((one) => one > floor)) {
        const logs = world.logs.filter(({ position }) => position >= floor && position < end)
        const on = without.order && made === 0 ? 'seal' : 'put'
        yield [`${name} to ${end}`, after({ at: on, slice: end, fold: later(fold, folded(logs)) })]
      }
      if (ends.every((one) => one <= floor)) yield [name, after(OVER)]
    }
    if (at === 'put' && fold !== undefined && run !== undefined) {
      const chunk = { fold, generation: run.generation, watermark: slice }
      yield [name, after({ at: 'name' }, { chunks: { ...world.chunks, [chunkId]: chunk } })]
    }
    if (at === 'name' && run !== undefined) {
      const isNamed = without.generation ? world.run.seal >= slice : isSame(world.run, run)
      const { named: replaced, milestones } = world.run
      const named = { watermark: slice, id: chunkId }
      const next = {
        ...world.run,
        named,
        milestones: replaced === undefined ? milestones : [...milestones, replaced].slice(-1),
      }
      yield [name, after({ at: 'clear', isNamed, ...(isNamed ? { run: next } : {}) }, isNamed ? { run: next } : {})]
    }
    if (at === 'clear' && run !== undefined) {
      const chunks = Object.fromEntries(
        Object.entries(world.chunks).filter(([each, chunk]) => {
          if (checkpointer.isNamed !== true) return each !== chunkId
          if (without.clear) return each === chunkId
          if ([chunkId, ...run.milestones.map((one) => one.id)].includes(each) || chunk.generation > run.generation)
            return true
          return each !== base?.id && chunk.generation === run.generation && chunk.watermark > (base?.watermark ?? 0)
        }),
      )
      const isThrough = checkpointer.isNamed !== true || slice >= run.seal
      const on = { at: 'read', base: run.named, made: made + 1, slice: undefined, isNamed: undefined } as const
      yield [name, after(isThrough ? OVER : on, { chunks })]
    }
  }
  const { reader } = world
  const read = (change: Partial<Reader>): World => ({ ...world, reader: { ...reader, ...change } })
  if (reader.at === 'record') yield ['reader: record', read({ at: 'chunks', run: world.run, must: world.acknowledged })]
  if (reader.at === 'chunks') {
    const named = reader.run?.named
    const fold = named === undefined ? {} : world.chunks[named.id]?.fold
    yield ['reader: chunks', fold === undefined ? read({ at: 'record' }) : read({ at: 'tail', fold })]
  }
  if (reader.at === 'tail') {
    const above = reader.run?.named?.watermark ?? 0
    const tail = folded(world.logs.filter(({ position }) => position >= above))
    yield ['reader: tail', read({ at: 'done', fold: later(reader.fold ?? {}, tail) })]
  }
}

/** Whether a checkpoint includes a log, or the log is above its watermark. */
const isGood = ({ chunks }: World, { id, watermark }: Named, log: Log): boolean =>
  watermark <= log.position || holds(chunks[id]?.fold ?? {}, log)

/**
 * Whether an acknowledged log is missing from a finished read, from the run or from a milestone. A named checkpoint
 * whose items are gone is lost progress, and counts as well.
 */
function isWrong(world: World): boolean {
  const { reader, run, logs, chunks, acknowledged } = world
  const { fold } = reader
  if (reader.at === 'done' && fold !== undefined && reader.must.some((log) => !holds(fold, log))) return true
  const made = [...run.milestones, ...(run.named === undefined ? [] : [run.named])]
  if (made.some(({ id }) => chunks[id] === undefined)) return true
  if (made.some((one) => acknowledged.some((log) => !isGood(world, one, log)))) return true
  const above = run.named?.watermark ?? 0
  const kept = run.named === undefined ? {} : (chunks[run.named.id]?.fold ?? {})
  const now = later(kept, folded(logs.filter(({ position }) => position >= above)))
  return acknowledged.some((log) => !holds(now, log))
}

/** The parties; all at once would have too many orders. */
export interface Cast {
  readonly writers: readonly number[]
  readonly checkpointers: readonly number[]
  readonly reads: boolean
}

// Two attempts of one log through two servers, and between them a log with one of its keys.
const WRITERS: readonly Writer[] = [
  { log: { id: 'K', keys: ['a', 'b'], position: 10 }, at: 'put' },
  { log: { id: 'K', keys: ['a', 'b'], position: 30 }, at: 'put' },
  { log: { id: 'L', keys: ['a'], position: 20 }, at: 'put' },
]

const startOf = ({ writers, checkpointers, reads }: Cast): World => ({
  run: { seal: 0, generation: 0, milestones: [] },
  logs: [],
  chunks: {},
  writers: writers.flatMap((n) => WRITERS[n] ?? []),
  // Their clocks may differ, so a later one can have a lower watermark.
  checkpointers: checkpointers.map((watermark, n) => ({ id: `C${n}`, watermark, at: 'record' })),
  reader: { at: reads ? 'record' : 'done', must: [] },
  acknowledged: [],
})

export const model = (cast: Cast, without: Without = {}): Model<World> => ({
  first: startOf(cast),
  moves: (world) =>
    [...next(world, without)].map(([name, after]) => ({ name, make: (state) => void Object.assign(state, after) })),
  fault: (world) => (isWrong(world) ? 'an acknowledged log or a checkpoint is lost' : undefined),
})
