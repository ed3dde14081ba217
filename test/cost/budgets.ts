import { FIGURES, type Figure } from './figures.ts'

/**
 * What each call of the API costs the store, in the order in which the tests make them, on runs of 10 and of 10,000 logs, in projects of 1,000 and of 100,000 runs. The tests
 * beside it assert these figures, and `npm run cost -- --write` writes them to docs/table.md.
 */

export interface Counts {
  readonly requests: number
  /** The number of requests that wait for another, plus one. */
  readonly rounds: number
  readonly wcu: number
  /** On the engine that reports more; the engines differ by less than one. */
  readonly rcu: number
  /** Whether these are upper bounds, because the figures depend on the values or on the speed of the machine. */
  readonly isAtMost?: boolean
}

export interface Budget extends Counts {
  /** The text in docs/table.md. */
  readonly call: string
  /** The cost on a run of 10,000 logs, if that is more. */
  readonly long?: Counts
}

const counts = (requests: number, rounds: number, wcu: number, rcu: number): Counts => ({ requests, rounds, wcu, rcu })
const atMost = (...figures: Parameters<typeof counts>): Counts => ({ ...counts(...figures), isAtMost: true })
const budget = (call: string, same: Counts, long?: Counts): Budget => ({
  call,
  ...same,
  ...(long === undefined ? {} : { long }),
})
/** A figure that the calculator of docs/cost.md also uses. */
const known = ({ call, requests, rounds, wcu, rcu }: Figure): Budget =>
  budget(call, counts(requests.length, rounds, wcu, rcu))

export const BUDGETS = {
  get: budget('get by id', counts(1, 1, 0, 1)),
  getCold: budget('get by id, cold', counts(1, 1, 0, 1), counts(2, 2, 0, 6)),
  getByName: budget('get by name', counts(3, 2, 0, 2.5)),
  getByPrefix: budget('get by a prefix of the name', counts(3, 2, 0, 2.5)),
  getByIdPrefix: budget('get by a prefix of the id', counts(4, 2, 0, 3)),
  getUnchanged: budget('get with `If-None-Match`, unchanged', counts(1, 1, 0, 1)),
  getAtLatest: budget('get with `at`, now or later', counts(1, 1, 0, 1)),
  getAtHalfway: budget('get with `at`, below the checkpoint', counts(2, 2, 0, 2), atMost(3, 3, 0, 300)),
  history: budget('history of a key that each log has, 100 entries', counts(1, 1, 0, 1), counts(1, 1, 0, 7)),
  historyOfStep: budget('history of a key of a step, 100 entries', counts(1, 1, 0, 1), counts(1, 1, 0, 7)),
  historyNext: budget('history, the next page of 5 entries', counts(2, 2, 0, 2), counts(2, 2, 0, 7)),
  logs: budget('logs of a run, 5 of them', counts(1, 1, 0, 1)),

  list: known(FIGURES.list),
  listNext: budget('list, the next page', counts(2, 2, 0, 52)),
  listOfPipeline: budget('list by pipeline', counts(2, 2, 0, 52)),
  listOfStatus: budget('list by status', counts(2, 2, 0, 52)),
  listOfStatuses: budget('list by two statuses', counts(3, 2, 0, 53)),
  listByName: budget('list by a prefix of the name', counts(2, 2, 0, 52)),
  listByPartOfName: budget('list by a part of the name that each run contains', counts(2, 2, 0, 52)),
  listByIds: budget('list two runs by their ids', counts(1, 1, 0, 2)),
  listWithMetadata: budget('list 20 runs with their metadata', atMost(22, 6, 0, 42)),
  searchByValue: budget('list by a value, `=`', counts(3, 2, 0, 103.5)),
  searchByRange: budget('list by a value, `>=`', counts(3, 2, 0, 103.5)),
  searchByText: budget('list by a value, `prefix`', counts(3, 2, 0, 103.5)),
  searchInOrder: known(FIGURES.search),
  searchSelected: budget('list by a pointer, values of two keys selected', counts(3, 2, 0, 154.5)),
  searchTwoConditions: budget('list by a pointer, conditions on two keys that each run meets', counts(3, 2, 0, 154.5)),
  searchOneOfFour: budget('list by a pointer, a condition that one run in four meets', atMost(15, 8, 0, 1000)),
  searchEither: budget('list by a pointer, conditions with `or` and `not`', counts(3, 2, 0, 154.5)),

  create: known(FIGURES.create),
  createWithId: budget('create a run with a given id', counts(4, 3, 9, 0)),
  createPipeline: known(FIGURES.createPipeline),
  createExpiring: budget('create a run that expires', counts(5, 3, 11, 0)),
  createKnown: budget('get a run by its name with `POST /v1/runs`', counts(3, 3, 0, 5)),

  logUnindexed: known(FIGURES.logUnindexed),
  logUnindexedByName: budget('log by name, warm, to a run with `index: false`', counts(3, 2, 2, 1.5)),
  logUnindexedByPrefix: budget('log by a prefix of the name, warm, to a run with `index: false`', counts(3, 2, 2, 1.5)),
  logUnindexedCold: budget('log by id, cold, to a run with `index: false`', counts(2, 2, 2, 1)),
  logUnindexedByNameCold: budget('log by name, cold, to a run with `index: false`', counts(4, 3, 2, 2.5)),
  logUnindexedByPrefixCold: budget(
    'log by a prefix of the name, cold, to a run with `index: false`',
    counts(4, 3, 2, 2.5),
  ),
  logNew: known(FIGURES.logNew),
  logSame: known(FIGURES.logSame),
  logChanged: known(FIGURES.logChanged),
  logNewByName: budget('log by name, warm, 3 new scalars of one key', counts(6, 3, 8, 1.5)),
  logNewCold: budget('log by id, cold, 3 new scalars of one key', counts(5, 3, 8, 1)),
  logToStep: budget('log to a step, with `index: false`', counts(1, 1, 2, 0)),
  logOnce: budget('log under an idempotency key, with `index: false`', counts(1, 1, 2, 0)),
  logAgain: budget('log again under the same idempotency key, with `index: false`', counts(2, 2, 0, 2)),
  logLarge: budget('log 500 KB that do not compress, with `index: false`', atMost(3, 3, 330, 0)),

  createKey: budget('create an API key', counts(1, 1, 2, 0)),
  listKeys: budget('list 10 API keys', counts(2, 2, 0, 10.5)),
  revokeKey: budget('revoke an API key', counts(2, 2, 2, 1)),
  logByNewKey: budget(
    'log by an API key that this server has not read within 30 s, `index: false`',
    counts(2, 2, 2, 1),
  ),
  logByKey: budget('log by an API key, `index: false`', counts(1, 1, 2, 0)),
  createToken: budget('create a run token', counts(1, 1, 0, 1)),
  logByToken: budget('log by a run token, `index: false`', counts(1, 1, 2, 0)),
  health: budget('health', counts(1, 1, 0, 1)),
  limits: budget('limits', counts(0, 0, 0, 0)),

  unset: budget('unset a key', counts(3, 3, 4, 2)),
  changeEnd: budget('change the end of a run', counts(2, 2, 2, 1)),
  changeStatus: budget('change the status of a run', counts(3, 3, 5, 1)),
  changePipeline: budget('change the pipeline of a run', counts(3, 3, 4, 1)),
  changeExpiry: budget('change the expiry of a run', counts(3, 3, 4, 1)),
  removeExpiry: budget('remove the expiry of a run', counts(2, 2, 2, 1)),
  logManyUnindexed: budget('100 logs in one request, `index: false`', atMost(100, 10, 200, 0)),
  logManyNew: budget('100 logs in one request, 3 new scalars of one key each', atMost(400, 20, 800, 0)),
  renameAgain: budget('rename a run that was renamed before', counts(7, 7, 9, 1)),
  remove: budget('delete a run of 10 logs', counts(7, 7, 38, 3)),
  removeAll: budget(
    'delete a run with 100 keys and all logs of this test',
    atMost(30, 30, 1200, 40),
    atMost(450, 450, 23_000, 1200),
  ),
} as const satisfies Record<string, Budget>

const LOGS = { few: '10', many: '10,000', any: 'any' }

const row = (call: string, logs: string, { requests, rounds, wcu, rcu, isAtMost = false }: Counts) => {
  const shown = (count: number) => (isAtMost && count > 0 ? `≤ ${count}` : count)
  return [call, logs, shown(requests), shown(rounds), shown(wcu), shown(rcu)]
}

/** The rows of docs/table.md. */
export const BUDGETS_TABLE = {
  columns: ['call', 'logs of the run', 'requests', 'rounds', 'WCU', 'RCU'],
  rows: [
    row('get by id', '64', { ...FIGURES.get, requests: FIGURES.get.requests.length }),
    ...Object.values<Budget>(BUDGETS).flatMap(({ call, long, ...same }) =>
      long === undefined ? [row(call, LOGS.any, same)] : [row(call, LOGS.few, same), row(call, LOGS.many, long)],
    ),
  ],
}
