import type { Figures } from '../report.ts'

/** The goals for runmeta's calls a second, as a multiple of each product's. */
const GOALS = [
  { name: 'MLflow', call: 'log', goal: 20 },
  { name: 'ZenML', call: 'log', goal: 120 },
  { name: 'MLflow', call: 'get', goal: 25 },
  { name: 'ZenML', call: 'get', goal: 150 },
]

/** @param ratios By product, call and clients, such as `MLflow log 8`. A product that was not measured has none */
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
  return { title: 'Goals: calls a second, as a multiple of the product’s', columns, rows }
}
