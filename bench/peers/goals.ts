import type { Figures } from '../report.ts'

/** The goals: how many times as many calls per second as each product. */
const GOALS = [
  { name: 'MLflow', call: 'log', goal: 20 },
  { name: 'ZenML', call: 'log', goal: 120 },
  { name: 'MLflow', call: 'get', goal: 25 },
  { name: 'ZenML', call: 'get', goal: 150 },
]

/** @param ratios by product, call and clients, such as `MLflow log 8`. Products that were not run have none. */
export function goals(clients: readonly number[], ratios: ReadonlyMap<string, number>): Figures {
  const rows = GOALS.flatMap(({ name, call, goal }) => {
    const found = clients.flatMap((count) => ratios.get(`${name} ${call} ${count}`) ?? [])
    if (found.length === 0) return []
    const cells = found.map((ratio) => `${ratio.toFixed(1)}, ${ratio < goal ? 'not reached' : 'reached'}`)
    return [[call, name, `${goal} times`, ...cells]]
  })
  const columns = [
    'call',
    'product',
    'goal',
    ...clients.map((count) => (count === 1 ? '1 client' : `${count} clients`)),
  ]
  return { title: 'Goals: how many times as many calls as the product', columns, rows }
}
