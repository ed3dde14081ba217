import { once } from 'node:events'
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { mendIterators } from '@runmeta/local/dynalite/mend'
import { indexesOf, items, openStore, tables } from '@runmeta/local/dynalite/store'
import { startEngine } from '@runmeta/local/engine'
import { type Serving, serve } from '@runmeta/local/serve'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { load, useServers } from './server.ts'

type Level = Awaited<ReturnType<typeof openStore>>
type Item = Record<string, unknown>
type Table = Parameters<typeof items>[0]

/** The entries of all indexes: those that are there, and those that the items should have. */
async function entries(level: Level): Promise<{ is: Map<string, unknown>; should: Map<string, unknown> }> {
  const is = new Map<string, unknown>()
  const should = new Map<string, unknown>()
  for await (const table of level.values<Table>(tables)) {
    for (const { range, entryOf } of indexesOf(table)) {
      for await (const key of level.keys(range)) is.set(key, await level.get(key))
      for await (const item of level.values<Item>(items(table))) {
        const entry = entryOf(item)
        if (entry !== undefined) should.set(entry.key, JSON.parse(JSON.stringify(entry.value)))
      }
    }
  }
  return { is, should }
}

describe('dynalite', () => {
  let directory: string
  let path: string
  let mark: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'runmeta-dynalite-'))
    path = join(directory, 'dynalite', 'level')
    mark = join(directory, 'dynalite', 'open')
  })
  afterEach(() => rm(directory, { recursive: true }))

  const start = () => serve({ directory, engine: 'dynalite', host: '127.0.0.1', port: 0, tableName: 'runmeta' })

  async function call({ url, rootKey }: Serving, method: string, at: string, body?: unknown): Promise<Response> {
    const headers = { authorization: `Bearer ${rootKey.key}`, 'content-type': 'application/json' }
    return fetch(`${url}/v1/runs${at}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) })
  }

  /** Two runs with a log each, and a clean stop. */
  async function fill(): Promise<void> {
    const serving = await start()
    for (const name of ['alpha', 'beta']) {
      expect((await call(serving, 'POST', '', { name })).status).toBe(201)
      expect((await call(serving, 'POST', `/${name}/metadata`, { metadata: { of: name } })).status).toBe(201)
    }
    await serving.stop()
  }

  /** What kills between two writes leave: items without their entries, and entries without their items. */
  async function tear(): Promise<void> {
    const level = await openStore(path)
    for (const key of (await entries(level)).is.keys()) await level.del(key)
    for await (const table of level.values<Table>(tables)) {
      for await (const item of level.values<Item>(items(table))) {
        const ghost = JSON.parse(JSON.stringify(item).replaceAll('beta', 'gamma').replaceAll('RUN', 'GONE'))
        for (const { entryOf } of indexesOf(table)) {
          const entry = entryOf(ghost)
          if (entry !== undefined) await level.put(entry.key, entry.value)
        }
      }
    }
    await level.close()
  }

  /** What a reader sees by prefix, and of the logs, which it reads through an index. */
  async function seen(): Promise<unknown> {
    const serving = await start()
    const reads = await Promise.all(
      ['alp', 'bet', 'gam'].map(async (prefix) => {
        const reply = await call(serving, 'GET', `/${prefix}`)
        const body = (await reply.json()) as { metadata?: unknown }
        return [reply.status, body.metadata]
      }),
    )
    await serving.stop()
    return reads
  }

  const right = [
    [200, { of: 'alpha' }],
    [200, { of: 'beta' }],
    [404, undefined],
  ]

  it('makes torn indexes anew after an unclean stop, before it listens', async () => {
    await fill()
    await expect(access(mark)).rejects.toThrow('ENOENT')
    await tear()
    // Without its mark nothing is rebuilt: this is what an unclean stop would leave.
    expect(await seen()).not.toEqual(right)
    await writeFile(mark, '')
    expect(await seen()).toEqual(right)
    const level = await openStore(path)
    const { is, should } = await entries(level)
    await level.close()
    expect(is).toEqual(should)
    expect(is.size).toBeGreaterThan(6)
  })

  it('finishes a table whose making was cut off', async () => {
    await fill()
    const level = await openStore(path)
    for await (const table of level.values<Table>(tables)) {
      table.TableStatus = 'CREATING'
      await level.put(`table~${table.TableName}`, table)
    }
    await level.close()
    await writeFile(mark, '')
    expect(await seen()).toEqual(right)
  })

  it('survives clients that go away in the middle of a request', async () => {
    const engine = await startEngine(directory, { name: 'dynalite' })
    const port = Number(new URL(engine.endpoint).port)
    for (const head of ['Content-Length: 100\r\n', 'Transfer-Encoding: chunked\r\n']) {
      const socket = connect(port, '127.0.0.1')
      socket.write(`POST / HTTP/1.1\r\nHost: a\r\n${head}\r\n5\r\n{"Tab`)
      await delay(50)
      socket.resetAndDestroy()
      await once(socket, 'close')
    }
    expect((await fetch(engine.endpoint)).status).toBe(200)
    await engine.stop()
    // Requests that never came whole are none that it still writes for: the stop was a clean one.
    await expect(access(mark)).rejects.toThrow('ENOENT')
  })

  it('can end the iterators of its database', async () => {
    const level = await openStore(path)
    mendIterators(level)
    const iterator = level.values(tables)
    expect(iterator).toHaveProperty('return')
    await level.close()
  })
})

describe('dynalite that is killed under load', () => {
  const servers = useServers()

  it('has, after its restarts, the entries that its items should have', async () => {
    const { child, url } = await servers.start({ env: { RUNMETA_ENGINE: 'dynalite' } })
    let isOn = true
    // Creations and changes write several entries each: more to tear than logs have.
    const creations = Array.from({ length: 6 }, async (_, client) => {
      for (let n = 0; isOn; n++) {
        const reply = await servers.post(url, '/v1/runs', { name: `run-${client}-${n}` })
        await reply.arrayBuffer()
        if (reply.status !== 201) await delay(20)
      }
    })
    const clients = load(servers, () => url, 'run-0-0')
    for (let round = 0; round < 3; round++) {
      await clients.more(20)
      await servers.killEngines()
    }
    await clients.more(20)
    isOn = false
    await Promise.all(creations)
    await clients.stop()
    child.kill('SIGTERM')
    await once(child, 'exit')
    const level = await openStore(join(servers.data(), 'dynalite', 'level'))
    const { is, should } = await entries(level)
    await level.close()
    expect(is).toEqual(should)
    expect(is.size).toBeGreaterThan(60)
  })
})
