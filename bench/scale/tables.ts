import type { Figures } from '../report.ts'
import { of } from './assumptions.ts'
import { functionsAt, msOf } from './function.ts'
import type { Rounds } from './record.ts'
import { unitsOf } from './record.ts'
import { type Found, least, RUNS, recorded, run, type Settings, SHARDS, warmFor } from './scenarios.ts'

/** The tables of docs/scale.md. */

/** Logs a second of one project. */
export const RATES = [10, 1000, 50_000] as const

const percent = (share: number): string => {
  if (share === 0) return '0'
  return share < 0.001 ? '< 0.1 %' : `${(share * 100).toFixed(1)} %`
}
const thousands = (n: number): string => n.toLocaleString('en-US')
const ms = (n: number): string => thousands(Math.round(n))
const first = <T>(list: readonly T[]): T => {
  const [one] = list
  if (one === undefined) throw new Error('nothing was recorded')
  return one
}
const leastOf = <T extends number>({ value, isCarried }: Found<T>): string => (isCarried ? String(value) : `> ${value}`)
const nameOf = (isIndexed: boolean): string => (isIndexed ? 'indexed, 3 scalars' : '`index: false`')
const tableUnits = (rounds: Rounds): number => rounds.flat().reduce((sum, { units }) => sum + units, 0)

const FIRST_MINUTE = { seconds: 60, measured: 60 }
const RESULTS = ['throttled', 'failed', 'added p50 ms', 'added p99 ms']
const resultsOf = ({ first: replayed }: Pick<Found<unknown>, 'first'>) => [
  percent(replayed.throttled),
  percent(replayed.failed),
  ms(replayed.addedMs(0.5)),
  ms(replayed.addedMs(0.99)),
]

/** The shards or runs that carry each load. */
export type Carrying = ReadonlyMap<string, number>
const loadOf = (isIndexed: boolean, logsPerSecond: number): string => `${isIndexed} ${logsPerSecond}`

/** Loads on one shard, and how many shards carry them. */
export async function shardTable(settings: Settings): Promise<{ figures: Figures; shards: Carrying }> {
  const rows = []
  const shards = new Map<string, number>()
  for (const [what, isGrowing, seconds] of [
    // Repeated splits take time.
    ['varying, as a loss', false, 3 * settings.seconds],
    ['growing, as an epoch', true, settings.seconds],
  ] as const) {
    for (const logsPerSecond of RATES) {
      const tryOne = async (shards: number, isEarly = false) => {
        const recording = await recorded(settings, { isIndexed: true, isGrowing, runs: settings.runs, shards })
        const warm = warmFor(logsPerSecond * unitsOf(first(first(recording.logs))))
        return run(
          { ...settings, ...(isEarly ? FIRST_MINUTE : { seconds }) },
          recording,
          { logsPerSecond },
          { warm, only: 'index' },
        )
      }
      const found = await least(SHARDS, (shards) => tryOne(shards))
      const early = await tryOne(1, true)
      if (isGrowing) shards.set(loadOf(true, logsPerSecond), found.value)
      rows.push([what, thousands(logsPerSecond), percent(early.failed), ...resultsOf(found), leastOf(found)])
    }
  }
  const figures = {
    title: 'Indexed logs that each change three values of a run, with one shard',
    columns: ['values', 'logs a second', 'failed in the first minute', ...RESULTS, 'shards to set'],
    rows,
  }
  return { figures, shards }
}

/** New runs. Their entries in the list of runs grow. */
export async function creationTable(settings: Settings): Promise<Figures> {
  const rows = []
  for (const runsPerSecond of [10, 500, 5000]) {
    const tryOne = async (shards: number) => {
      const recording = await recorded(settings, { isIndexed: true, runs: settings.runs, shards })
      const warm = warmFor(runsPerSecond * unitsOf(first(recording.creations)))
      return run(
        { ...settings, seconds: 3 * settings.seconds },
        recording,
        { logsPerSecond: 0, runsPerSecond },
        { warm },
      )
    }
    const found = await least(SHARDS, tryOne)
    rows.push([thousands(runsPerSecond), ...resultsOf(found), leastOf(found)])
  }
  return { title: 'New runs, with one shard', columns: ['runs a second', ...RESULTS, 'shards to set'], rows }
}

/** Over how many runs a load must be spread. Simulates only the table. */
export async function runTable(settings: Settings): Promise<{ figures: Figures; runs: Carrying }> {
  const rows = []
  const runs = new Map<string, number>()
  for (const isIndexed of [false, true]) {
    const all = await recorded(settings, { isIndexed, runs: first([...RUNS].reverse()), shards: 1 })
    const units = tableUnits(first(first(all.logs)))
    for (const logsPerSecond of RATES) {
      const tryOne = async (count: number) => {
        const recording = { ...all, logs: all.logs.slice(0, count) }
        return run(settings, recording, { logsPerSecond }, { warm: warmFor(logsPerSecond * units), only: 'table' })
      }
      const found = await least(RUNS, tryOne)
      runs.set(loadOf(isIndexed, logsPerSecond), found.value)
      rows.push([nameOf(isIndexed), thousands(logsPerSecond), ...resultsOf(found), leastOf(found)])
    }
    const most = Math.floor(of('partitionWrites') / units)
    rows.push([`${nameOf(isIndexed)}: the limit of one run`, thousands(most), '', '', '', '', 1])
  }
  const figures = {
    title: 'Logs to one run, and the runs that the load needs',
    columns: ['logs', 'logs a second', ...RESULTS, 'runs'],
    rows,
  }
  return { figures, runs }
}

/** A load that starts suddenly on a new table. */
export async function startTable(settings: Settings): Promise<Figures> {
  const rows = []
  const recording = await recorded(settings, { isIndexed: false, runs: settings.runs, shards: 1 })
  const units = unitsOf(first(first(recording.logs)))
  for (const logsPerSecond of RATES) {
    for (const [what, warm] of [
      ['new', undefined],
      ['warmed', warmFor(logsPerSecond * units)],
    ] as const) {
      const options = warm === undefined ? {} : { warm }
      const early = run({ ...settings, ...FIRST_MINUTE }, recording, { logsPerSecond }, options)
      const late = run(settings, recording, { logsPerSecond }, options)
      const shares = [percent(early.failed), percent(late.failed)]
      rows.push([thousands(logsPerSecond), what, thousands(warm ?? of('newTableWrites')), ...shares])
    }
  }
  return {
    title: 'A sudden load of logs with `index: false`',
    columns: ['logs a second', 'table', 'warm WCU', 'failed in the first minute', 'failed at the end'],
    rows,
  }
}

/** At times, twice as many functions as the mean work at once. */
const FUNCTIONS_ROOM = 2

/** The functions that a load needs, and the quotas of an account that it exceeds. */
export async function quotaTable(settings: Settings): Promise<Figures> {
  const rows = []
  for (const isIndexed of [false, true]) {
    const recording = await recorded(settings, { isIndexed, runs: settings.runs, shards: 1 })
    const log = first(first(recording.logs))
    for (const logsPerSecond of RATES) {
      const took = msOf(isIndexed ? 'indexedLog' : 'log', log.length)
      const functions = functionsAt(logsPerSecond, took)
      const wcu = [tableUnits(log) * logsPerSecond, (unitsOf(log) - tableUnits(log)) * logsPerSecond] as const
      const raise = [
        FUNCTIONS_ROOM * functions > of('functionConcurrency') ? 'Lambda: Concurrent executions' : '',
        logsPerSecond > of('endpointRequests') ? 'API Gateway: Throttle rate' : '',
        Math.max(...wcu) > of('tableWrites') ? 'DynamoDB: Table-level write throughput' : '',
      ].filter((name) => name !== '')
      rows.push([
        nameOf(isIndexed),
        thousands(logsPerSecond),
        took.toFixed(0),
        thousands(functions),
        thousands(wcu[0]),
        thousands(wcu[1]),
        raise.join('; ') || 'none',
      ])
    }
  }
  return {
    title: 'Functions at once, and quotas',
    columns: [
      'logs',
      'logs a second',
      'ms for each log',
      'functions',
      'WCU of the table',
      'of the index',
      'quotas to raise',
    ],
    rows,
  }
}

/** How many logs a run can have: DynamoDB limits the items of a partition key to 10 GB. */
export async function sizeTable(settings: Settings): Promise<Figures> {
  const rows = []
  for (const isIndexed of [false, true]) {
    const { logs } = await recorded(settings, { isIndexed, runs: settings.runs, shards: 1 })
    // Rows replace earlier ones, so only the log itself adds bytes.
    const bytes = first(logs)[0]?.[0]?.[0]?.bytes ?? 0
    const most = Math.floor((of('collectionGigabytes') * 1e9) / bytes / 1e6)
    rows.push([nameOf(isIndexed), bytes, `${most} million`])
  }
  return {
    title: 'The size of a run',
    columns: ['logs of three numbers', 'bytes of a log, with its copy in `order`', 'logs of a run'],
    rows,
  }
}

/** How many logs each new run has. */
const LOGS_PER_RUN = 1000
/** Uses twice the least number of runs, because no load is even. */
const ROOM = 2

/** A whole project, set up according to the other tables: logs and new runs, on the table and the index. */
export async function projectTable(settings: Settings, shards: Carrying, runs: Carrying): Promise<Figures> {
  const rows = []
  for (const isIndexed of [false, true]) {
    for (const logsPerSecond of RATES) {
      const load = loadOf(isIndexed, logsPerSecond)
      const set = { shards: shards.get(load) ?? 1, runs: ROOM * (runs.get(load) ?? 1) }
      const recording = await recorded(settings, { isIndexed, ...set })
      const log = first(first(recording.logs))
      const runsPerSecond = logsPerSecond / LOGS_PER_RUN
      const warm = warmFor(logsPerSecond * Math.max(tableUnits(log), unitsOf(log) - tableUnits(log)))
      const replayed = run(settings, recording, { logsPerSecond, runsPerSecond }, { warm })
      const functions = functionsAt(logsPerSecond, msOf(isIndexed ? 'indexedLog' : 'log', log.length))
      rows.push([
        nameOf(isIndexed),
        thousands(logsPerSecond),
        runsPerSecond,
        set.shards,
        thousands(set.runs),
        thousands(warm),
        thousands(functions),
        ...resultsOf({ first: replayed }),
      ])
    }
  }
  return {
    title: 'A project, set up according to the tables below',
    columns: ['logs', 'logs a second', 'new runs', 'shards', 'runs at once', 'warm WCU', 'functions', ...RESULTS],
    rows,
  }
}
