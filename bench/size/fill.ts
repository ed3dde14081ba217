import { post } from '../../test/cost/calls/call.ts'
import { filling } from '../../test/support/searches.ts'
import { jsonOf, type Send } from './world.ts'

const CLIENTS = 32
const LOGS_PER_REQUEST = 100
const RUNS_PER_TURN = 10

/** Creates the runs from `from` up to but not including `to`, with their logs, by many concurrent clients. @returns seconds */
export async function fill(send: Send, from: number, to: number, logsPerRun: number): Promise<number> {
  const began = performance.now()
  let next = from
  async function client(): Promise<void> {
    while (next < to) {
      const first = next
      next = Math.min(first + RUNS_PER_TURN, to)
      await makeRuns(send, first, next, logsPerRun)
    }
  }
  const report = setInterval(() => console.error(`${next} of ${to} runs`), 60_000)
  await Promise.all(Array.from({ length: CLIENTS }, client))
  clearInterval(report)
  return (performance.now() - began) / 1000
}

async function makeRuns(send: Send, from: number, to: number, logsPerRun: number): Promise<void> {
  const numbers = Array.from({ length: to - from }, (_, n) => from + n)
  const made = await Promise.all(
    numbers.map(async (n) => {
      const { run, log } = filling(n)
      const { id } = await jsonOf<{ id: string }>(send, post('/v1/runs', JSON.parse(run)))
      return { run: id, metadata: JSON.parse(log).metadata }
    }),
  )
  for (let done = 0; done < logsPerRun * made.length; done += LOGS_PER_REQUEST) {
    const count = Math.min(LOGS_PER_REQUEST, logsPerRun * made.length - done)
    const logs = Array.from({ length: count }, (_, n) => made[(done + n) % made.length])
    const { results } = await jsonOf<{ results: { status: number }[] }>(send, post('/v1/metadata', { logs }))
    const refused = results.find(({ status }) => status !== 201)
    if (refused !== undefined) throw new Error(JSON.stringify(refused))
  }
}
