import { FIGURES, type Figure } from '../../test/cost/figures.ts'
import { of } from '../scale/assumptions.ts'
import { type Measured, msOf } from '../scale/function.ts'
import { type PriceList, priceOf } from './prices.ts'

/** Calculates what a month costs on AWS. */

/** The calls of a month, and how long logs are kept. */
export interface Load {
  readonly logs: number
  /** The share of the logs that is indexed. Each changes three numbers. */
  readonly indexed: number
  readonly gets: number
  readonly searches: number
  readonly runs: number
  /** Months for which logs are kept. */
  readonly months: number
}

/** Dollars, by service. */
export interface Bill {
  readonly table: number
  readonly function: number
  readonly endpoint: number
  readonly logs: number
}

const MILLION = 1e6
const GB = 1e9
/** The bytes that the function and the endpoint log for each request: docs/operate.md. */
const LOGGED_BYTES = 800

export const CALLS = {
  // As many requests as an indexed log.
  create: { figure: FIGURES.create, measured: 'indexedLog' },
  log: { figure: FIGURES.logUnindexed, measured: 'log' },
  newLog: { figure: FIGURES.logNew, measured: 'indexedLog' },
  indexedLog: { figure: FIGURES.logChanged, measured: 'indexedLog' },
  get: { figure: FIGURES.get, measured: 'get' },
  list: { figure: FIGURES.list, measured: 'list' },
  search: { figure: FIGURES.search, measured: 'list' },
} as const satisfies Record<string, { readonly figure: Figure; readonly measured: Measured }>

/** The cost of a number of calls. */
export function billOf(list: PriceList, name: keyof typeof CALLS, count: number): Bill {
  const { figure, measured } = CALLS[name]
  const seconds = (msOf(measured, figure.rounds) / 1000) * (of('functionMegabytes') / 1024)
  const millions = count / MILLION
  return {
    table: millions * (figure.wcu * priceOf(list, 'writeUnits') + figure.rcu * priceOf(list, 'readUnits')),
    function: millions * priceOf(list, 'functionRequests') + count * seconds * priceOf(list, 'functionSeconds'),
    endpoint: millions * priceOf(list, 'endpointRequests'),
    logs: ((count * LOGGED_BYTES) / GB) * priceOf(list, 'logBytes'),
  }
}

export const sumOf = ({ table, function: code, endpoint, logs }: Bill): number => table + code + endpoint + logs

/** The storage in the last month for which logs are kept. */
export const storedGb = ({ logs, months }: Load, bytesPerLog: number): number => (logs * months * bytesPerLog) / GB

export interface Month {
  readonly calls: Readonly<Record<'logs' | 'indexed logs' | 'gets' | 'searches' | 'new runs', Bill>>
  readonly storage: number
  readonly total: number
}

export function monthOf(list: PriceList, load: Load, bytesPerLog: number): Month {
  const calls = {
    logs: billOf(list, 'log', load.logs * (1 - load.indexed)),
    'indexed logs': billOf(list, 'indexedLog', load.logs * load.indexed),
    gets: billOf(list, 'get', load.gets),
    searches: billOf(list, 'search', load.searches),
    'new runs': billOf(list, 'create', load.runs),
  }
  const storage = storedGb(load, bytesPerLog) * (priceOf(list, 'tableStorage') + priceOf(list, 'recovery'))
  return { calls, storage, total: storage + Object.values(calls).reduce((sum, bill) => sum + sumOf(bill), 0) }
}
