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
  /** The directory for the data and the keys. */
  readonly directory: string
  readonly host: string
  /** 0 uses any free port. */
  readonly port: number
  /** A DynamoDB API to use instead of the file in the data directory. */
  readonly store?: ExternalStore
  readonly tableName: string
  /** The number of shards for a project's index entries. Only for a DynamoDB API. @default 1 */
  readonly shardsOf?: ShardsOf
  /** The root key. @default the one in the directory */
  readonly rootKey?: string
  /** Milliseconds from the end of one sweep to the start of the next. @default 60_000 */
  readonly sweepIntervalMs?: number
  /** The keys that sign run tokens, newest first. @default those in the directory */
  readonly signingKey?: string
  /** Receives messages for the user, one line each. */
  readonly log?: (line: string) => void
}

export interface Serving {
  readonly url: string
  readonly rootKey: RootKey
  readonly engine: Engine
  /** Resolves with the reason when the store can no longer write; otherwise stays pending. */
  readonly storeFailed: Promise<string>
  /** The number of requests in progress. */
  inFlight(): number
  /** Finishes the requests in flight, then closes the store. */
  stop(): Promise<void>
}

/** In a package it is beside this code; in the source tree it is in packages/api. */
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
  const backing =
    store === undefined ? await embeddedBacking(directory, options.log) : await externalBacking(store, tableName)
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
  const withdraw = await within(directory, () => announce(directory, url)).catch(async (error: unknown) => {
    // When a start fails, the port must be free again.
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
