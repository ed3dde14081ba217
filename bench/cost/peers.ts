import { type Load, storedGb } from './bill.ts'
import inputs from './peers.json' with { type: 'json' }
import { type PriceList, type PriceName, priceOf } from './prices.ts'

/** The cost of the smallest servers that handle a load with MLflow or ZenML. */

export type Peer = keyof typeof inputs.peers
export const PEERS = Object.keys(inputs.peers) as Peer[]

export interface Servers {
  readonly tasks: number
  /** How many databases: more than one if the largest of the inputs cannot handle the load. */
  readonly databases: number
  readonly database: string
  /** Dollars a month. */
  readonly total: number
}

const HOURS = 730
const SECONDS = HOURS * 3600

const isPrice = (name: string, list: PriceList): name is PriceName => name in list.prices

export function serversOf(list: PriceList, peer: Peer, load: Load): Servers {
  const { logsPerSecondPerCore, cores, memoryGb } = inputs.peers[peer]
  const peak = (load.logs / SECONDS) * inputs.peakFactor.value
  const tasks = Math.max(1, Math.ceil(peak / (logsPerSecondPerCore * cores)))
  const size = inputs.databases.find(({ upTo }) => peak <= upTo) ?? inputs.databases.at(-1)
  if (size === undefined || !isPrice(size.price, list))
    throw new Error('bench/cost/peers.json names no database with a price')
  const databases = Math.max(1, Math.ceil(peak / size.upTo))
  const task = cores * priceOf(list, 'containerCores') + memoryGb * priceOf(list, 'containerMemory')
  const hourly = tasks * task + databases * priceOf(list, size.price) + priceOf(list, 'balancer')
  const gigabytes = Math.max(size.storageGb * databases, storedGb(load, inputs.bytesPerLog.value))
  return {
    tasks,
    databases,
    database: /db\.[\w.]+/.exec(list.prices[size.price].per)?.[0] ?? size.price,
    total: hourly * HOURS + gigabytes * priceOf(list, 'databaseStorage'),
  }
}
