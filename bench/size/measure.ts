import { BUDGETS } from '../../test/cost/budgets.ts'
import { CALLS } from '../../test/cost/calls/all.ts'
import { type BudgetedCall, get, pathOf, type World } from '../../test/cost/calls/call.ts'
import type { Counts } from './counting.ts'
import type { Own } from './own.ts'
import { newWorld, type Send } from './world.ts'

const TIMES = 20
/** The calls of the warm-up, in which V8 compiles the code. */
const WARM_UP = 5

type Name = keyof typeof BUDGETS
const isOnce = ({ isOnce: is = false }: BudgetedCall): boolean => is
/** All calls but those that can be sent only once. */
const NAMES = (Object.keys(BUDGETS) as Name[]).filter((name) => !isOnce(CALLS[name]))

function check({ status: expected }: BudgetedCall, name: Name, { status, text }: Awaited<ReturnType<Send>>): void {
  if (status !== expected) throw new Error(`${name}: ${status} in place of ${expected}: ${text}`)
}

async function warm({ indexed, plain, send }: World): Promise<void> {
  for (const { id } of [indexed, plain]) await send(get(pathOf(id)))
}

/** The median time of each call to a server, in ms. Calls to a cold server have none, because it is warm after the first. */
export async function times(send: Send): Promise<ReadonlyMap<Name, number>> {
  const medians = new Map<Name, number>()
  const world = await newWorld(send)
  for (const name of NAMES) {
    const one: BudgetedCall = CALLS[name]
    if (one.isCold) continue
    const taken: number[] = []
    for (let n = 0; n < WARM_UP + TIMES; n++) {
      const call = await one.prepare(world)
      const began = performance.now()
      const reply = await send(call)
      if (n >= WARM_UP) taken.push(performance.now() - began)
      check(one, name, reply)
    }
    taken.sort((a, b) => a - b)
    medians.set(name, taken[TIMES / 2] ?? Number.NaN)
  }
  return medians
}

/** The port calls and items of each call. */
export async function counts({ counts: so, send, cold }: Own): Promise<ReadonlyMap<Name, Counts>> {
  const all = new Map<Name, Counts>()
  const world = await newWorld(send)
  for (const name of NAMES) {
    const one: BudgetedCall = CALLS[name]
    await warm(world)
    const call = await one.prepare(world)
    const sender = one.isCold ? cold() : send
    const { calls, items } = so
    const reply = await sender(call)
    all.set(name, { calls: so.calls - calls, items: so.items - items })
    check(one, name, reply)
  }
  return all
}

export const labelOf = (name: Name): string => BUDGETS[name].call
