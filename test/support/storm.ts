import type { Decide, Fault } from './proxy.ts'

/** Reproducible random numbers from 0 to 1: a 32-bit generator with a Weyl sequence. */
function randomOf(seed: number): () => number {
  let state = seed
  return function random() {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The number of cards for each fault. A client waits long for `hang`, so there is one. */
const DEAL: Readonly<Record<Fault, number>> = {
  hang: 1,
  refuse: 4,
  delay: 8,
  reset: 8,
  late: 8,
  'reset after': 8,
  cut: 8,
  double: 8,
  error: 8,
  throttle: 8,
  limit: 8,
  // Only for batches, so it has no card.
  unprocessed: 0,
}

interface Storm {
  readonly random: () => number
  readonly decide: Decide
}

/**
 * Random faults for this share of all requests. They are dealt like cards, so that each kind occurs after a few dozen.
 * The seed is printed; `FAULT_SEED` repeats the decisions of an earlier storm, in the order of the requests.
 */
export function createStorm(kinds: readonly Fault[], share = 0.3): Storm {
  const given = process.env.FAULT_SEED
  const seed = given === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(given)
  process.stdout.write(`faults: FAULT_SEED=${seed}\n`)
  const random = randomOf(seed)
  const cards = kinds.flatMap((kind) => Array.from({ length: DEAL[kind] }, () => kind))
  let deck: Fault[] = []
  let batches = 0

  const decide: Decide = (operation) => {
    if (random() >= share) return undefined
    if (operation.startsWith('Batch') && batches++ % 2 === 0) return 'unprocessed'
    if (deck.length === 0) deck = [...cards]
    const [card] = deck.splice(Math.floor(random() * deck.length), 1)
    return card
  }
  return { random, decide }
}

export const STORE_FAULTS = [
  'hang',
  'refuse',
  'delay',
  'reset',
  'late',
  'reset after',
  'cut',
  'double',
  'error',
  'throttle',
  'limit',
  'unprocessed',
] as const satisfies readonly Fault[]

/** The faults of plain HTTP, which has no batches. */
export const HTTP_FAULTS = STORE_FAULTS.filter((kind) => kind !== 'unprocessed')
