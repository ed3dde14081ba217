import { readFile } from 'node:fs/promises'
import { createApp } from '@runmeta/api/app'
import type { Deps, Engine } from '@runmeta/api/env'
import { createCapacity } from '@runmeta/api/limit/fair'
import { createServer } from '@runmeta/core/server'
import type { ShardsOf } from '@runmeta/core/shards'
import { present } from '@runmeta/core/table/attribute'
import { type Backing, embeddedBacking, externalBacking } from './backing.ts'
import { openDirectory, within } from './directory.ts'
import { countRequests, drain } from './drain.ts'
import { type ExternalStore, reasonOf } from './external.ts'
import { createHttpServer } from './http.ts'
import { checkRootKey, type RootKey, rootKey, signer } from './key.ts'
import { listen, urlOf } from './listening.ts'
import { announce } from './presence.ts'
import { sweepRegularly } from './sweeping.ts'

const SWEEP_INTERVAL_MS = 60_000

export interface ServeOptions extends Pick<Deps, 'origins' | 'rate' | 'onResponse' | 'dashboard'> {
  /** Where the data and the keys are kept. */
  readonly directory: string
  readonly host: string
  /** 0 takes any free one. */
  readonly port: number
  /** A DynamoDB API to use instead of the file in the data directory. */
  readonly store?: ExternalStore
  readonly tableName: string
  /** How many shards a project's index entries are spread over; one by default. Only for a DynamoDB API. */
  readonly shardsOf?: ShardsOf
  /** The root key; without it, one that is kept in the directory. */
  readonly rootKey?: string
  /** Milliseconds from the end of one sweep to the start of the next. @default 60_000 */
  readonly sweepIntervalMs?: number
  /** Signs run tokens, the newest first while it is rotated; without it, one that is kept in the directory. */
  readonly signingKey?: string
  /** Receives a line about each thing that the user should know. */
  readonly log?: (line: string) => void
}

export interface Serving {
  readonly url: string
  readonly rootKey: RootKey
  readonly engine: Engine
  /** Settles with the reason where the store can take no more writes; never otherwise. */
  readonly storeFailed: Promise<string>
  /** How many requests are being answered. */
  inFlight(): number
  /** Finishes the requests in flight, then closes the store. */
  stop(): Promise<void>
}

/** Beside this code in a package, in packages/api where this is the source. */
const OPENAPI = new URL(import.meta.url.endsWith('.ts') ? '../../api/openapi.json' : './openapi.json', import.meta.url)

function onError(error: unknown, requestId: string): void {
  if (!(error instanceof Error)) return void process.stderr.write(`${requestId} ${error}\n`)
  const cause = error.cause === undefined ? '' : `\n    cause: ${reasonOf(error.cause)}`
  process.stderr.write(`${requestId} ${error.stack}${cause}\n`)
}

/** Serves runmeta on this machine: opens the store first, then the port. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { directory, store, tableName } = options
  const [key, signs] = await within(directory, async () => {
    await openDirectory(directory)
    return [await rootKey(directory, options.rootKey), await signer(directory, options.signingKey)] as const
  })
  const backing = store === undefined ? await embeddedBacking(directory) : await externalBacking(store, tableName)
  try {
    return await serveOver(backing, key, signs, options)
  } catch (error) {
    await backing.close()
    throw error
  }
}

async function serveOver(
  { engine, table, clock, failed, close }: Backing,
  key: RootKey,
  signs: Deps['signer'],
  {
    host,
    port,
    directory,
    shardsOf,
    origins,
    rate,
    onResponse,
    dashboard,
    log,
    sweepIntervalMs = SWEEP_INTERVAL_MS,
  }: ServeOptions,
): Promise<Serving> {
  const server = createServer({ table, clock, ...present({ shardsOf }) })
  await checkRootKey(server, key)
  const app = createApp({
    server,
    rootKey: key.key,
    signer: signs,
    engine,
    openapi: () => readFile(OPENAPI, 'utf8'),
    onError,
    capacity: createCapacity(),
    ...present({ origins, rate, onResponse, dashboard }),
  })
  const http = createHttpServer(app)
  const inFlight = countRequests(http)
  await listen(http, port, host)
  const url = urlOf(http, host)
  const withdraw = await announce(directory, url).catch(async (error: unknown) => {
    // Whoever hears that the start failed must find the port free again.
    await drain(http)
    throw error
  })
  const endSweeps = sweepRegularly(server, { intervalMs: sweepIntervalMs, log })
  return {
    url,
    rootKey: key,
    engine,
    storeFailed: failed,
    inFlight,
    stop: async () => {
      await endSweeps()
      await drain(http)
      await withdraw()
      await close()
    },
  }
}
