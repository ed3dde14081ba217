import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '@runmeta/local/serve'
import { Client, RunmetaError } from '@runmeta/sdk'
import { expect } from 'vitest'
import { endpointOf, type FullRunBody, jsonOf, type ReceiptBody, type RunBody, type TestApp, testApp } from './app.ts'
import { startHttpProxy, startProxy } from './proxy.ts'
import { createStorm, HTTP_FAULTS, STORE_FAULTS } from './storm.ts'
import { expectBothKinds, expectOnce, type Kept, type Making, makeLogs } from './writers.ts'

const WRITERS = 64
/** Attempts for a log with an idempotency key. */
const MAX_TRIES = 4
/** The SDK's time-out for a reply; a hung request never gets one. */
const REPLY_TIMEOUT_MS = 6000

const newName = () => JSON.stringify({ name: randomUUID() })
const post = (app: TestApp, path: string, body: string, headers = {}) => app.send('POST', path, body, headers)

/** Sends again until the reply is not a 503. */
async function persist(send: () => Promise<Response>): Promise<Response> {
  for (;;) {
    const reply = await send()
    if (reply.status !== 503) return reply
    expect(reply.headers.get('retry-after')).toMatch(/^\d+$/)
  }
}

async function historyOf(app: TestApp, run: string): Promise<Kept[]> {
  const entries: Kept[] = []
  let cursor: string | undefined
  do {
    const more = cursor === undefined ? '' : `&cursor=${cursor}`
    const page = await jsonOf<{ entries: Kept[]; next?: string }>(
      app.request(`/v1/runs/${run}/history?key=seq&limit=1000${more}`),
    )
    entries.push(...page.entries)
    cursor = page.next
  } while (cursor !== undefined)
  return entries
}

/** Creates, logs to and deletes a run, and checks that it cannot be read afterwards. */
async function comeAndGo(app: TestApp): Promise<void> {
  const { id } = (await (await persist(() => post(app, '/v1/runs', newName()))).json()) as RunBody
  await persist(() => post(app, `/v1/runs/${id}/metadata`, '{"metadata":{"a":1}}'))
  const removed = await persist(() => app.request(`/v1/runs/${id}`, { method: 'DELETE' }))
  // A deletion that got a 503 may have succeeded.
  expect([204, 404]).toContain(removed.status)
  expect((await persist(() => app.request(`/v1/runs/${id}`))).status).toBe(404)
}

/** Faults between the server and its store: 30 % of all requests, while 64 writers log to one run. */
export async function stormAtTheStore(count: number): Promise<void> {
  const { random, decide } = createStorm(STORE_FAULTS)
  const proxy = await startProxy(endpointOf('dynoxide'), { held: 0, random })
  const calm = await testApp({ engine: 'dynoxide' })
  const app = await testApp({ endpoint: proxy.endpoint, tableName: calm.tableName, hasDeadlines: true })
  // With an index a log takes more requests, and hardly any would succeed.
  const { id: run } = await jsonOf<RunBody>(post(calm, '/v1/runs', '{"index":false}'), 201)
  const path = `/v1/runs/${run}/metadata`

  async function log({ id, metadata, isRepeated }: Making): Promise<string | undefined> {
    const headers = isRepeated ? { 'idempotency-key': id } : {}
    for (let tries = isRepeated ? MAX_TRIES : 1; tries > 0; tries--) {
      const reply = await post(app, path, JSON.stringify({ metadata }), headers)
      if (reply.status !== 503) return (await jsonOf<ReceiptBody>(reply, 201)).log.id
      expect(reply.headers.get('retry-after')).toMatch(/^\d+$/)
    }
    return undefined
  }

  proxy.faultOn(decide)
  let isLogging = true
  const others = async () => {
    while (isLogging || !proxy.fired.has('unprocessed')) await comeAndGo(app)
  }
  const [made] = await Promise.all([
    makeLogs({ count: WRITERS, log, isOver: ({ length }) => length >= count }).finally(() => {
      isLogging = false
    }),
    others(),
  ])
  proxy.faultOn(() => undefined)
  await proxy.idle()
  expect([...proxy.fired.keys()].sort()).toEqual([...STORE_FAULTS].sort())
  const { metadata } = await jsonOf<FullRunBody>(app.request(`/v1/runs/${run}`))
  expectOnce(made, metadata, await historyOf(app, run))
  expectBothKinds(made)
  await proxy.stop()
}

/** Faults between the SDK and the server: 30 % of all requests, while 64 clients log to one run. */
export async function stormAtTheServer(count: number): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'runmeta-storm-'))
  const { url, rootKey, stop } = await serve({ directory, host: '127.0.0.1', port: 0, tableName: 'runmeta' })
  const { random, decide } = createStorm(HTTP_FAULTS)
  const proxy = await startHttpProxy(url, { random })
  const { key: apiKey } = rootKey
  // Without the short time-out, to read all logs of the run.
  const calm = new Client({ apiKey, url })
  const run = await calm.createRun()
  const options = { apiKey, url: proxy.endpoint, timeout: REPLY_TIMEOUT_MS }
  const client = new Client(options)
  const once = new Client({ ...options, retries: 0 })

  async function log({ metadata, isRepeated }: Making): Promise<string | undefined> {
    try {
      return (await (isRepeated ? client : once).run(run.id).logMetadata({ metadata }))?.log.id
    } catch (error) {
      expect(error).toBeInstanceOf(RunmetaError)
      return undefined
    }
  }

  proxy.faultOn(decide)
  const made = await makeLogs({ count: WRITERS, log, isOver: ({ length }) => length >= count })
  proxy.faultOn(() => undefined)
  await proxy.idle()
  expect([...proxy.fired.keys()].sort()).toEqual([...HTTP_FAULTS].sort())
  const { runMetadata } = await calm.getPipelineRun(run.id)
  const history: Kept[] = []
  for await (const entry of calm.run(run.id).history('seq', { pageSize: 1000 })) history.push(entry)
  expectOnce(made, runMetadata, history)
  expectBothKinds(made)
  await proxy.stop()
  await stop()
  await rm(directory, { recursive: true })
}
