import { once } from 'node:events'
import { mkdir, readFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import { createRequire } from 'node:module'
import { createApp } from '@runmeta/api/app'
import type { Engine } from '@runmeta/api/env'
import { createServer } from '@runmeta/core/server'
import { ensureTable } from '@runmeta/core/store/create'
import type { DynamoDBClientConfig } from '@runmeta/core/store/dynamo'
import { startEngine } from './engine.ts'
import { createHttpServer } from './http.ts'
import { type RootKey, rootKey } from './key.ts'

export interface ServeOptions {
  /** Where the data and the root key are kept. */
  readonly directory: string
  readonly host: string
  /** 0 takes any free one. */
  readonly port: number
  /** A DynamoDB API to use in place of the embedded engine. */
  readonly endpoint?: string
  readonly tableName: string
  /** The root key; one that is kept in the directory where none is given. */
  readonly apiKey?: string
}

export interface Serving {
  readonly url: string
  readonly rootKey: RootKey
  readonly engine: Engine
  /** Settles when the embedded engine ended by itself; never where there is none. */
  readonly engineEnded: Promise<string>
  /** Finishes the requests in flight, then stops the engine. */
  stop(): Promise<void>
}

/** Milliseconds. */
const DRAIN_WITHIN = 10_000
const DRAIN_POLL = 50

/** Credentials and region that any engine takes; a service that checks them gets the user's own. */
const ANY = { region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }
const HAS_CREDENTIALS = [
  'AWS_ACCESS_KEY_ID',
  'AWS_PROFILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
]

/** The DynamoDB API that a server keeps its table in. */
interface Backing {
  readonly engine: Engine
  readonly endpoint: string
  readonly client: DynamoDBClientConfig
  readonly ended: Promise<string>
  stop(): Promise<void>
}

/** The API at an endpoint of the user's, which runs on its own. */
function foreign(endpoint: string): Backing {
  return {
    engine: { name: 'dynamodb-api', promises: [`what the DynamoDB API at ${new URL(endpoint).host} promises`] },
    endpoint,
    client: HAS_CREDENTIALS.some((name) => process.env[name] !== undefined) ? {} : ANY,
    ended: new Promise(() => undefined),
    stop: async () => undefined,
  }
}

async function embedded(directory: string): Promise<Backing> {
  const { name, promises, endpoint, ended, stop } = await startEngine(directory)
  return { engine: { name, promises }, endpoint, client: ANY, ended, stop }
}

const readOpenapi = () => readFile(createRequire(import.meta.url).resolve('@runmeta/api/openapi.json'), 'utf8')

const report = (error: unknown, requestId: string): void => {
  process.stderr.write(`${requestId} ${error instanceof Error ? error.stack : error}\n`)
}

/** Takes no more requests, and waits for those in flight, though not for ever. */
async function drain(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  // A connection that was busy is idle once it has its reply.
  const idle = setInterval(() => server.closeIdleConnections(), DRAIN_POLL)
  const patience = setTimeout(() => server.closeAllConnections(), DRAIN_WITHIN)
  await closed
  clearInterval(idle)
  clearTimeout(patience)
}

const urlOf = (server: Server, host: string): string => {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`
}

/** Serves the API on this machine: the key and the engine first, then its table, and last the port. */
export async function serve({ directory, host, port, endpoint, tableName, apiKey }: ServeOptions): Promise<Serving> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const key = await rootKey(directory, apiKey)
  const backing = endpoint === undefined ? await embedded(directory) : foreign(endpoint)
  try {
    const { engine, client } = backing
    await ensureTable({ ...client, endpoint: backing.endpoint }, tableName)
    const app = createApp({
      server: createServer({ tableName, endpoint: backing.endpoint, client }),
      rootKey: key.key,
      engine,
      openapi: readOpenapi,
      report,
    })
    const server = createHttpServer(app)
    server.listen(port, host)
    await once(server, 'listening')
    const stop = async () => {
      await drain(server)
      await backing.stop()
    }
    return { url: urlOf(server, host), rootKey: key, engine, engineEnded: backing.ended, stop }
  } catch (error) {
    await backing.stop()
    throw error
  }
}
