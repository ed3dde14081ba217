import { Agent, request } from 'node:http'
import { table } from './report.ts'
import { startServer } from './server.ts'

/** `npm run bench:many -- 10000`: sends logs one by one, then 100 in each request, to `npm start`'s process. */

const LOGS = Number(process.argv[2] ?? 10_000)
const LOGS_PER_REQUEST = 100
const CLIENTS = 8
const METADATA = { run_metrics: { accuracy: 0.93, precision: 0.91, recall: 0.92 } }

const { url, headers, stop } = await startServer()
const agent = new Agent({ keepAlive: true })

const call = (path: string, body: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const sent = request(url + path, { method: 'POST', agent, headers }, (reply) => {
      let text = ''
      reply.on('data', (chunk) => {
        text += chunk
      })
      reply.on('end', () => (Number(reply.statusCode) < 300 ? resolve(text) : reject(new Error(text))))
    })
    sent.on('error', reject)
    sent.end(body)
  })

/** Sends requests, one at a time for each client. @returns seconds */
async function seconds(requests: number, send: (index: number) => Promise<string>): Promise<number> {
  const began = performance.now()
  let next = 0
  const client = async () => {
    while (next < requests) await send(next++)
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
  return (performance.now() - began) / 1000
}

const runs: string[] = []
for (let n = 0; n < CLIENTS; n++) runs.push(JSON.parse(await call('/v1/runs', '{}')).id)
const runOf = (index: number) => runs[index % CLIENTS]
const logOne = (index: number) => call(`/v1/runs/${runOf(index)}/metadata`, JSON.stringify({ metadata: METADATA }))
const logMany = (index: number) => {
  const logs = Array.from({ length: LOGS_PER_REQUEST }, (_, n) => ({ run: runOf(index + n), metadata: METADATA }))
  return call('/v1/metadata', JSON.stringify({ logs }))
}
// The first load would include the time in which V8 compiles the code.
await seconds(1000, logOne)
await seconds(10, logMany)
const single = await seconds(LOGS, logOne)
const many = await seconds(LOGS / LOGS_PER_REQUEST, logMany)
const figures = table(`${LOGS} logs by ${CLIENTS} clients`, ['requests', 'seconds', 'logs a second', 'times as fast'])
figures.row(LOGS, single.toFixed(1), (LOGS / single).toFixed(0), '1')
figures.row(LOGS / LOGS_PER_REQUEST, many.toFixed(1), (LOGS / many).toFixed(0), (single / many).toFixed(1))
figures.end()
agent.destroy()
await stop()
