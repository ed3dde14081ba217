import { type Cell, type Figures, markdown } from '../report.ts'
import { type Bill, billOf, type CALLS, type Load, monthOf, sumOf } from './bill.ts'
import inputs from './peers.json' with { type: 'json' }
import { PEERS, type Peer, serversOf } from './peers.ts'
import type { PriceList } from './prices.ts'

/** The tables of docs/cost.md, which `npm run cost` prints. */

const MILLION = 1e6

const dollars = (amount: number): string => {
  if (amount === 0) return '0'
  if (amount < 0.005) return '< $0.01'
  return `$${amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
}
const whole = (n: number): string => Math.round(n).toLocaleString('en-US')
const cells = (bill: Bill): Cell[] => [bill.table, bill.function, bill.endpoint, bill.logs, sumOf(bill)].map(dollars)
const COLUMNS = ['table', 'function', 'endpoint', 'CloudWatch logs', 'together']

const perMillion = (list: PriceList): Figures => ({
  title: 'A million calls',
  columns: ['call', ...COLUMNS],
  rows: Object.entries({
    'log, `index: false`': 'log',
    'log, 3 new scalars': 'newLog',
    'log, 3 scalars that change': 'indexedLog',
    'get of a run with 64 small logs': 'get',
    'list of 50 runs': 'list',
    'search of 50 runs by a pointer': 'search',
    'create a run': 'create',
  } satisfies Record<string, keyof typeof CALLS>).map(([what, name]) => [what, ...cells(billOf(list, name, MILLION))]),
})

const textOf = ({ logs, indexed, gets, searches, runs, months }: Load): string =>
  `${whole(logs)} logs (${whole(indexed * 100)} % indexed), ${whole(gets)} gets, ${whole(searches)} searches, ${whole(runs)} new runs; kept for ${months} months`

function ofMonth(list: PriceList, load: Load, bytesPerLog: number): Figures {
  const { calls, storage, total } = monthOf(list, load, bytesPerLog)
  return {
    title: `A month of ${textOf(load)}`,
    columns: ['what', ...COLUMNS],
    rows: [
      ...Object.entries(calls).map(([what, bill]): Cell[] => [what, ...cells(bill)]),
      ['storage, and recovery of any second', dollars(storage), '', '', '', dollars(storage)],
      ['all', '', '', '', '', dollars(total)],
    ],
  }
}

/** A load with a multiple of the calls. */
const times = (mix: Load, factor: number): Load => ({
  ...mix,
  logs: mix.logs * factor,
  gets: mix.gets * factor,
  searches: mix.searches * factor,
  runs: mix.runs * factor,
})

/** The logs a month above which the servers of a peer cost less than runmeta. */
export function breakEven(list: PriceList, peer: Peer, mix: Load, bytesPerLog: number): number | undefined {
  const isCheaper = (factor: number) =>
    monthOf(list, times(mix, factor), bytesPerLog).total <= serversOf(list, peer, times(mix, factor)).total
  // Tries steps of a tenth: the cost of servers grows in steps, so there may be several such points.
  for (let logs = 1e4; logs <= 1e10; logs *= 1.1) if (!isCheaper(logs / mix.logs)) return logs
  return undefined
}

const LOADS = [1e5, 1e7, 1e9] as const

function besidePeers(list: PriceList, mix: Load, bytesPerLog: number): Figures {
  const rows = LOADS.map((logs): Cell[] => {
    const load = times(mix, logs / mix.logs)
    const peers = PEERS.flatMap((peer): Cell[] => {
      const { tasks, databases, database, total } = serversOf(list, peer, load)
      return [dollars(total), `${tasks} × ${inputs.peers[peer].cores} vCPU, ${databases} × ${database}`]
    })
    return [whole(logs), dollars(monthOf(list, load, bytesPerLog).total), ...peers]
  })
  const even = PEERS.flatMap((peer): Cell[] => {
    const logs = breakEven(list, peer, mix, bytesPerLog)
    return [logs === undefined ? 'never' : `${(logs / MILLION).toFixed(1)} million`, '']
  })
  return {
    title: 'A month, compared with MLflow and ZenML on the smallest servers that handle the load',
    columns: ['logs a month', 'runmeta', ...PEERS.flatMap((peer) => [peer, 'on'])],
    rows: [...rows, ['their servers cost less above', '', ...even]],
  }
}

function idle(list: PriceList): Figures {
  const none: Load = { logs: 0, indexed: 0, gets: 0, searches: 0, runs: 0, months: 0 }
  return {
    title: 'A month without calls, with nothing stored',
    columns: ['runmeta', ...PEERS],
    rows: [[dollars(monthOf(list, none, 0).total), ...PEERS.map((peer) => dollars(serversOf(list, peer, none).total))]],
  }
}

/** All tables. */
export function pageOf(list: PriceList, load: Load, bytesPerLog: number): string {
  const tables = [perMillion(list), ofMonth(list, load, bytesPerLog), besidePeers(list, load, bytesPerLog), idle(list)]
  const head = `Prices of ${list.region}, ${list.date}.`
  return [head, ...tables.flatMap((figures) => [`**${figures.title}**`, markdown(figures)])].join('\n\n')
}
