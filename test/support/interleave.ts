import { setImmediate as turn } from 'node:timers/promises'
import type { Table } from '@runmeta/core/table/port'
import { writeAll } from '@runmeta/core/table/write-all'

/**
 * Runs several callers of real code over a real engine, in many orders of their calls to the store. Each call waits at its
 * caller's gate, and one call at a time is let through.
 */

export interface Gate {
  /** A store whose calls wait at this gate while the gate is shut. */
  readonly over: (table: Table) => Table
  shut(): void
  open(): void
  readonly waiting: number
  /** Lets the first call through, and waits for its end. */
  letOne(): Promise<void>
}

export function createGate(): Gate {
  let isShut = false
  const queue: (() => Promise<void>)[] = []

  function gated<T>(call: () => Promise<T>): Promise<T> {
    if (!isShut) return call()
    return new Promise((resolve, reject) => {
      queue.push(async () => {
        const made = call()
        made.then(resolve, reject)
        await made.catch(() => undefined)
      })
    })
  }

  async function* paged<T>(pages: AsyncIterable<T>): AsyncGenerator<T> {
    const source = pages[Symbol.asyncIterator]()
    for (;;) {
      const next = await gated(() => source.next())
      if (next.done) return
      yield next.value
    }
  }

  const over = (table: Table): Table => {
    const own: Table = {
      timing: table.timing,
      get: (...call) => gated(() => table.get(...call)),
      getMany: (...call) => gated(() => table.getMany(...call)),
      // Like DynamoDB: the followers are written after the item, each by a separate call.
      put: async (item, condition, followers = []) => {
        const written = await gated(() => table.put(item, condition))
        if (written !== undefined) await writeAll(own, followers)
        return written
      },
      update: (...call) => gated(() => table.update(...call)),
      remove: (...call) => gated(() => table.remove(...call)),
      removeMany: (...call) => gated(() => table.removeMany(...call)),
      entries: (...call) => gated(() => table.entries(...call)),
      scan: (...call) => paged(table.scan(...call)),
      keys: (...call) => paged(table.keys(...call)),
      pages: (...call) => paged(table.pages(...call)),
      withSignal: (...call) => over(table.withSignal(...call)),
    }
    return own
  }

  return {
    over,
    shut: () => {
      isShut = true
    },
    open: () => {
      isShut = false
      for (const call of queue.splice(0)) void call()
    },
    get waiting() {
      return queue.length
    },
    letOne: async () => queue.shift()?.(),
  }
}

/** Makes this many of a call's requests, and none of the others. */
export async function abandon(gate: Gate, requests: number, call: () => Promise<unknown>): Promise<void> {
  gate.shut()
  void call()
  for (let made = 0; made < requests; made++) {
    while (gate.waiting === 0) await turn()
    await gate.letOne()
  }
}

/** Concurrent callers, and a check after their end. */
export interface Case {
  /** One for each gate. */
  readonly callers: readonly (() => Promise<unknown>)[]
  readonly check: () => Promise<void>
}

/** The number of orders, or the most turns between callers, for all orders with so few. */
export type Orders = number | { readonly turns: number }

/** The seed of random orders. */
export const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000)

/** Chooses the next of `count` callers. With `goesOn`, 0 is the caller of the last call. */
type Choose = (count: number, goesOn: boolean) => number

async function runOnce(gates: readonly Gate[], { callers, check }: Case, choose: Choose): Promise<void> {
  const ended = callers.map(() => false)
  for (const gate of gates) gate.shut()
  const ends = callers.map((call, index) =>
    call().finally(() => {
      ended[index] = true
    }),
  )
  const whole = Promise.all(ends)
  whole.catch(() => undefined)
  let last: Gate | undefined
  for (;;) {
    // Until each caller has ended or waits, with everything that it started concurrently.
    await turn()
    await turn()
    if (!gates.every(({ waiting }, index) => ended[index] || waiting > 0)) continue
    const ready = gates.filter(({ waiting }) => waiting > 0).sort((one, other) => +(other === last) - +(one === last))
    if (ready.length === 0) break
    last = ready[ready.length === 1 ? 0 : choose(ready.length, ready[0] === last)]
    await last?.letOne()
  }
  for (const gate of gates) gate.open()
  await whole
  await check()
}

/**
 * Runs a new case in every order in which a caller that could continue is interrupted at most `turns` times. The number of
 * orders grows with the power of `turns`, and nearly all faults between two callers need few.
 * @returns the number of orders
 */
async function everyOrder(gates: readonly Gate[], turns: number, make: () => Promise<Case>): Promise<number> {
  let prefix: number[] = []
  for (let orders = 1; ; orders++) {
    const taken: { choice: number; count: number }[] = []
    let left = turns
    const choose: Choose = (count, goesOn) => {
      const choice = prefix[taken.length] ?? 0
      taken.push({ choice, count: goesOn && left === 0 ? 1 : count })
      if (goesOn && choice > 0) left--
      return choice
    }
    await named(taken, runOnce(gates, await make(), choose))
    const last = taken.findLastIndex(({ choice, count }) => choice + 1 < count)
    if (last === -1) return orders
    prefix = taken.slice(0, last + 1).map(({ choice }, step) => (step === last ? choice + 1 : choice))
  }
}

/** Runs a case in some orders, chosen by the seed. */
async function someOrders(gates: readonly Gate[], orders: number, make: () => Promise<Case>): Promise<void> {
  for (let order = 0; order < orders; order++) {
    const taken: { choice: number }[] = []
    // Often one caller continues for a while, as if the others were frozen.
    let state = (SEED + order * 2_654_435_761) % 4_294_967_296
    const random = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return state / 4_294_967_296
    }
    const choose: Choose = (count) => {
      const choice = random() < 0.4 ? Math.floor(random() * count) : 0
      taken.push({ choice })
      return choice
    }
    await named(taken, runOnce(gates, await make(), choose))
  }
}

/** Describes orders in a test's title. */
export const titleOf = (orders: Orders): string =>
  typeof orders === 'number' ? `${orders} orders (seed ${SEED})` : `every order of ${orders.turns} turns at most`

/** Runs a case in this many orders, or in all. */
export async function inOrders(gates: readonly Gate[], orders: Orders, make: () => Promise<Case>): Promise<void> {
  if (typeof orders === 'number') return someOrders(gates, orders, make)
  const count = await everyOrder(gates, orders.turns, make)
  process.stdout.write(`${count} orders\n`)
  // Two callers with a few requests each have at least this many with two turns.
  if (count < 20) throw new Error(`only ${count} orders: the callers did not wait for each other`)
}

async function named(taken: readonly { choice: number }[], run: Promise<void>): Promise<void> {
  try {
    await run
  } catch (error) {
    const order = taken.map(({ choice }) => choice).join('')
    throw new Error(`in the order ${order}: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}
