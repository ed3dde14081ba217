import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { billOf, type Load, monthOf, sumOf } from '../../bench/cost/bill.ts'
import { breakEven } from '../../bench/cost/page.ts'
import { PEERS, serversOf } from '../../bench/cost/peers.ts'
import { readPrices } from '../../bench/cost/prices.ts'
import { markdown } from '../../bench/report.ts'
import { sectionOf } from '../../bench/section.ts'
import { BUDGETS_TABLE } from '../cost/budgets.ts'
import { FIGURES } from '../cost/figures.ts'

/** `npm run cost`, and the pages that it writes. */

const BYTES = 700
const LOAD: Load = { logs: 1e6, indexed: 1, gets: 1e5, searches: 1e4, runs: 1e4, months: 12 }
const cost = (...args: string[]) => promisify(execFile)(process.execPath, ['--import', 'tsx', 'bench/cost.ts', ...args])

describe('npm run cost', () => {
  it('prints the tables of docs/cost.md', async () => {
    const { stdout } = await cost()
    expect(sectionOf(await readFile('docs/cost.md', 'utf8'), 'npm run cost')).toBe(stdout.trim())
  })

  it('writes the budgets of docs/table.md', async () => {
    expect(sectionOf(await readFile('docs/table.md', 'utf8'), 'npm run cost')).toBe(markdown(BUDGETS_TABLE))
  })

  it('accepts other prices', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'runmeta-cost-'))
    const list = await readPrices('us-east-1')
    const doubled = { ...list.prices, writeUnits: { ...list.prices.writeUnits, price: 1.25 } }
    const file = join(folder, 'prices.json')
    await writeFile(file, JSON.stringify({ ...list, region: 'elsewhere', prices: doubled }))
    const { stdout } = await cost('--prices', file)
    expect(stdout).toContain('Prices of elsewhere')
    expect(stdout).toContain('| log, `index: false` | $2.50 |')
    await rm(folder, { recursive: true })
  })

  it.each([
    [['--logs', 'many'], '--logs many: must be a number'],
    [['--logs', '0'], '--logs 0: must be more than 0'],
    [['--indexed', '2'], '--indexed 2: must be a number from 0 to 1'],
    [['--region', 'nowhere-1'], 'nowhere-1.json: there is no price list'],
  ])('refuses %j', async (args, message) => {
    await expect(cost(...args)).rejects.toMatchObject({ stderr: expect.stringContaining(message) })
  })
})

describe('a bill', () => {
  it('is the measured capacity at the listed price', async () => {
    const list = await readPrices('us-east-1')
    const { writeUnits, readUnits } = list.prices
    expect(billOf(list, 'log', 1e6).table).toBeCloseTo(FIGURES.logUnindexed.wcu * writeUnits.price)
    expect(billOf(list, 'indexedLog', 1e6).table).toBeCloseTo(FIGURES.logChanged.wcu * writeUnits.price)
    expect(billOf(list, 'get', 1e6).table).toBeCloseTo(FIGURES.get.rcu * readUnits.price)
    expect(billOf(list, 'get', 1e6).endpoint).toBe(list.prices.endpointRequests.price)
  })

  it('for a month is the sum of its parts, and zero without calls', async () => {
    const list = await readPrices('us-east-1')
    const { calls, storage, total } = monthOf(list, { ...LOAD, indexed: 0.5 }, BYTES)
    const parts = Object.values(calls).map(sumOf)
    expect(total).toBeCloseTo(parts.reduce((sum, one) => sum + one, storage))
    expect(monthOf(list, { logs: 0, indexed: 0, gets: 0, searches: 0, runs: 0, months: 0 }, BYTES).total).toBe(0)
  })

  it.each(PEERS)('is lower than that of %s below the break-even, and higher above it', async (peer) => {
    const list = await readPrices('us-east-1')
    const even = breakEven(list, peer, LOAD, BYTES) ?? 0
    const difference = (logs: number) => {
      const factor = logs / LOAD.logs
      const load = {
        ...LOAD,
        logs,
        gets: LOAD.gets * factor,
        searches: LOAD.searches * factor,
        runs: LOAD.runs * factor,
      }
      return monthOf(list, load, BYTES).total - serversOf(list, peer, load).total
    }
    expect(difference(even)).toBeGreaterThan(0)
    expect(difference(even / 1.1)).toBeLessThanOrEqual(0)
  })
})
