import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** `npm run bench:serve`: logs and gets a second over sockets, against `npm start`'s process on the embedded engine. */

const SECONDS = 5
const CLIENTS = [1, 8]
const LOG = JSON.stringify({ metadata: { run_metrics: { accuracy: 0.93, precision: 0.91, recall: 0.92 } } })

const directory = await mkdtemp(join(tmpdir(), 'runmeta-bench-'))
const key = 'a-key-for-the-bench'
const server = spawn(process.execPath, ['scripts/start.mjs'], {
  env: { ...process.env, PORT: '0', RUNMETA_DATA: directory, RUNMETA_ROOT_KEY: key },
  stdio: ['ignore', 'pipe', 'inherit'],
})
const [greeting] = await once(server.stdout, 'data')
const url = /http:\/\/[\d.]+:\d+/.exec(String(greeting))?.[0] ?? ''
const agent = new Agent({ keepAlive: true })
const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }

const call = (method: string, path: string, body?: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const sent = request(url + path, { method, agent, headers }, (reply) => {
      let text = ''
      reply.on('data', (chunk) => {
        text += chunk
      })
      reply.on('end', () => (Number(reply.statusCode) < 300 ? resolve(text) : reject(new Error(text))))
    })
    sent.on('error', reject)
    sent.end(body)
  })

async function measure(name: string, clients: number, once: (client: number) => Promise<unknown>): Promise<void> {
  const times: number[] = []
  const end = performance.now() + SECONDS * 1000
  const client = async (n: number) => {
    while (performance.now() < end) {
      const began = performance.now()
      await once(n)
      times.push(performance.now() - began)
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, n) => client(n)))
  times.sort((one, other) => one - other)
  const at = (share: number) => (times[Math.floor(times.length * share)] ?? 0).toFixed(1)
  const rate = Math.round(times.length / SECONDS)
  console.log(`${name.padEnd(4)} ${clients} client(s): ${rate}/s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`)
}

const runs = await Promise.all(
  Array.from({ length: 8 }, async (): Promise<string> => JSON.parse(await call('POST', '/v1/runs', '{}')).id),
)
for (const id of runs) await call('POST', `/v1/runs/${id}/metadata`, LOG)
for (const clients of CLIENTS) await measure('get', clients, (n) => call('GET', `/v1/runs/${runs[n]}`))
for (const clients of CLIENTS) {
  await measure('log', clients, async () =>
    call('POST', `/v1/runs/${runs[Math.floor(Math.random() * 8)]}/metadata`, LOG),
  )
}
agent.destroy()
server.kill()
await once(server, 'exit')
await rm(directory, { recursive: true })
