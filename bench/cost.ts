import { parseArgs } from 'node:util'
import { BUDGETS_TABLE } from '../test/cost/budgets.ts'
import { pageOf } from './cost/page.ts'
import { readPrices } from './cost/prices.ts'
import { markdown } from './report.ts'
import { record } from './scale/load.ts'
import { createRandom } from './scale/random.ts'
import { writeSection } from './section.ts'

/**
 * `npm run cost [-- --logs 1e6 --indexed 1 --gets 1e6 --searches 1e5 --runs 1e3 --months 12 --region us-east-1 --prices <file>]`: prints
 * the cost of a month. `--write` writes it to docs/cost.md, and the budgets of all calls to docs/table.md.
 */

const { values } = parseArgs({
  options: {
    logs: { type: 'string', default: '1e6' },
    indexed: { type: 'string', default: '1' },
    gets: { type: 'string', default: '1e5' },
    searches: { type: 'string', default: '1e4' },
    runs: { type: 'string', default: '1e4' },
    months: { type: 'string', default: '12' },
    region: { type: 'string', default: 'us-east-1' },
    prices: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
})

/** @throws if an option is not a valid number */
function numberOf(name: 'logs' | 'indexed' | 'gets' | 'searches' | 'runs' | 'months'): number {
  const value = Number(values[name])
  const most = name === 'indexed' ? 1 : 1e15
  if (!(value >= 0 && value <= most)) throw new Error(`--${name} ${values[name]}: must be a number from 0 to ${most}`)
  return value
}

const load = {
  logs: numberOf('logs'),
  indexed: numberOf('indexed'),
  gets: numberOf('gets'),
  searches: numberOf('searches'),
  runs: numberOf('runs'),
  months: numberOf('months'),
}
if (load.logs === 0) throw new Error('--logs 0: must be more than 0, as the other loads are made in proportion to it')

/** Bytes of a log and of its copy in the local index, each with the 100 bytes that DynamoDB adds to an item. */
async function bytesOfLog(): Promise<number> {
  const { logs } = await record({ isIndexed: false, runs: 1, shards: 1, random: createRandom(1) })
  return (logs[0]?.[0]?.[0]?.[0]?.bytes ?? 0) + 2 * 100
}

const page = pageOf(await readPrices(values.region, values.prices), load, await bytesOfLog())
console.log(page)
if (values.write) {
  await writeSection('docs/cost.md', 'npm run cost', page)
  await writeSection('docs/table.md', 'npm run cost', markdown(BUDGETS_TABLE))
}
