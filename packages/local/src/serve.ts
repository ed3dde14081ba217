import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import { createRequire } from 'node:module'
import { setTimeout as delay } from 'node:timers/promises'
import { createApp } from '@runmeta/api/app'
import type { Deps, Engine } from '@runmeta/api/env'
import { createCapacity } from '@runmeta/api/limit/fair'
import type { Server as CoreServer } from '@runmeta/core/context'
import type { DashboardFiles } from '@runmeta/api/dashboard/routes'
import { createServer } from '@runmeta/core/server'
import type { ShardsOf } from '@runmeta/core/shards'
import { present } from '@runmeta/core/store/attribute'
import { ensureTable } from '@runmeta/core/store/create'
import { sweep } from '@runmeta/core/sweep'
import { openDirectory, within } from './directory.ts'
import { drain } from './drain.ts'
import { startEngine } from './engine.ts'
import { expectTable, type Foreign, PLACEHOLDERS, placeOf, reasonOf } from './foreign.ts'
import { createHttpServer } from './http.ts'
import { type RootKey, rootKey, signer } from './key.ts'
import type { EngineName } from './kind.ts'
import { startReplay } from './replay.ts'

export interface ServeOptions extends Pick<Deps, 'origins' | 'rate' | 'answered'> {
  /** Where the data and the root key are kept. */
  readonly directory: string
  readonly host: string
  /** 0 takes any free one. */
  readonly port: number
  /** The embedded engine; the best that is installed where none is named. */
  readonly engine?: EngineName
  /** A DynamoDB API to use in place of an embedded engine. */
  readonly store?: Foreign
  readonly tableName: string
  /** Of each project, over how many groups the entries of one pointer are spread; one by default. */
  readonly shardsOf?: ShardsOf
  /** The root key; one that is kept in the directory where none is given. */
  readonly apiKey?: string
  /** Milliseconds from the end of one sweep to the next. @default 60_000 */
  readonly sweepEvery?: number
  /** What signs run tokens, the new one first while it is rotated; one that is kept in the directory where none is given. */
  readonly signingKey?: string
  /** The files of the dashboard; there is none by default. */
  readonly dashboard?: DashboardFiles
  /** Told, a line each, of what the user should know; nobody is by default. */
  readonly log?: (line: string) => void
}

export interface Serving {
  readonly url: string
  readonly rootKey: RootKey
  readonly engine: Engine
  /** Settles with the reason when the embedded engine is given up; never where there is none. */
  readonly engineFailed: Promise<string>
  /** Finishes the requests in flight, then stops the engine. */
  stop(): Promise<void>
}

/** The DynamoDB API that a server keeps its table in. */
interface Backing extends Foreign {
  readonly engine: Engine
  readonly failed: Promise<string>
  stop(): Promise<void>
}

async function foreignBacking(store: Foreign, tableName: string): Promise<Backing> {
  await expectTable(store, tableName)
  return {
    ...store,
    engine: { name: 'dynamodb-api', promises: [`what ${placeOf(store)} promises`] },
    failed: new Promise(() => undefined),
    stop: async () => undefined,
  }
}

async function embeddedBacking({ directory, engine: name, log, tableName }: ServeOptions): Promise<Backing> {
  const running = await startEngine(directory, { name, ...(log ? { log } : {}) })
  try {
    await ensureTable({ ...PLACEHOLDERS, endpoint: running.endpoint }, tableName)
  } catch (error) {
    await running.stop()
    throw error
  }
  return { ...running, client: PLACEHOLDERS }
}

/**
 * Finishes what requests left undone, those too of a server before this one. What fails is tried again the next time.
 * @returns Ends it, once the sweep that is under way has stopped.
 */
function sweepNowAndThen(
  { store, ...server }: CoreServer,
  { sweepEvery = 60_000, log }: ServeOptions,
): () => Promise<void> {
  const ending = new AbortController()
  const until = { ...server, store: store.until(ending.signal) }
  async function sweepOn(): Promise<void> {
    while (!ending.signal.aborted) {
      await sweep(until).catch((error: unknown) => {
        if (!ending.signal.aborted) log?.(`the sweep failed: ${reasonOf(error)}`)
      })
      await delay(sweepEvery, undefined, { ref: false, signal: ending.signal }).catch(() => undefined)
    }
  }
  const sweeping = sweepOn()
  return async () => {
    ending.abort()
    await sweeping
  }
}

const readOpenapi = () => readFile(createRequire(import.meta.url).resolve('@runmeta/api/openapi.json'), 'utf8')

const report = (error: unknown, requestId: string): void => {
  if (!(error instanceof Error)) return void process.stderr.write(`${requestId} ${error}\n`)
  // What the store said is the cause: a full disk, for one.
  const cause = error.cause === undefined ? '' : `\n    cause: ${reasonOf(error.cause)}`
  process.stderr.write(`${requestId} ${error.stack}${cause}\n`)
}

/** Where to reach the server from this machine. */
function urlOf(server: Server, host: string): string {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  const name = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host
  return `http://${name.includes(':') ? `[${name}]` : name}:${address.port}`
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error
    const reason =
      code === 'EADDRINUSE' ? 'is taken by another process; set PORT to a free one' : 'cannot be listened on'
    throw new Error(`HOST and PORT: ${host}:${port} ${reason} (${code})`, { cause: error })
  }
}

/** Serves the API on this machine: the key and the engine first, then its table, and last the port. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { directory, host, port, store, tableName, apiKey, signingKey, origins, rate, answered, dashboard } = options
  const [key, signs] = await within(directory, async () => {
    await openDirectory(directory)
    return [await rootKey(directory, apiKey), await signer(directory, signingKey)] as const
  })
  const backing = store === undefined ? await embeddedBacking(options) : await foreignBacking(store, tableName)
  try {
    const { engine, endpoint, client } = backing
    const core = createServer({ tableName, endpoint, client, ...(options.shardsOf && { shardsOf: options.shardsOf }) })
    const app = createApp({
      server: core,
      rootKey: key.key,
      signer: signs,
      engine,
      openapi: readOpenapi,
      report,
      capacity: createCapacity(),
      ...present({ origins, rate, answered, dashboard }),
    })
    const server = createHttpServer(app)
    await listen(server, port, host)
    const endSweeps = sweepNowAndThen(core, options)
    // What runs elsewhere is not read whole because this server died: `npm run reindex` does it when asked.
    const endReplay = store === undefined ? await startReplay(core, options) : undefined
    const stop = async () => {
      await endSweeps()
      await drain(server)
      await endReplay?.()
      await backing.stop()
    }
    return { url: urlOf(server, host), rootKey: key, engine, engineFailed: backing.failed, stop }
  } catch (error) {
    await backing.stop()
    throw error
  }
}
