/**
 * The cost of the usual calls. The tests in this folder assert it, budgets.ts and docs/table.md show it, and the calculator
 * of docs/cost.md and the model of docs/scale.md use it. These numbers are written nowhere else.
 */

export interface Figure {
  /** The text in docs/table.md. */
  readonly call: string
  /** The operations, sorted. */
  readonly requests: readonly string[]
  /** The number of requests that wait for another, plus one. */
  readonly rounds: number
  readonly wcu: number
  /** Rounded, because an entry takes a part of a unit. */
  readonly rcu: number
}

const puts = (count: number): string[] => Array(count).fill('PutItem')

export const FIGURES = {
  create: { call: 'create a run', requests: puts(4), rounds: 2, wcu: 9, rcu: 0 },
  createPipeline: { call: 'create a run with a pipeline', requests: puts(5), rounds: 2, wcu: 11, rcu: 0 },
  logUnindexed: { call: 'log by id, warm, to a run with `index: false`', requests: puts(1), rounds: 1, wcu: 2, rcu: 0 },
  logNew: { call: 'log by id, warm, 3 new scalars of one key', requests: puts(4), rounds: 2, wcu: 8, rcu: 0 },
  logSame: { call: 'log by id, warm, 3 scalars that stay the same', requests: puts(4), rounds: 2, wcu: 5, rcu: 0 },
  logChanged: { call: 'log by id, warm, 3 scalars that change', requests: puts(4), rounds: 2, wcu: 11, rcu: 0 },
  get: { call: 'get by id, 64 small logs', requests: ['Query'], rounds: 1, wcu: 0, rcu: 4 },
  list: { call: 'list 50 runs', requests: ['BatchGetItem', 'Query'], rounds: 2, wcu: 0, rcu: 52 },
  search: {
    call: 'list 50 runs by a pointer',
    requests: ['BatchGetItem', 'BatchGetItem', 'Query'],
    rounds: 2,
    wcu: 0,
    rcu: 104,
  },
} as const satisfies Record<string, Figure>

export const counted = ({ requests, rounds, wcu, rcu }: Figure) => ({
  requests: [...requests],
  rounds,
  units: wcu + rcu,
})
