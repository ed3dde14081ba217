import { randomUUID } from 'node:crypto'
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { createApp } from '@runmeta/api/app'
import type { Deps } from '@runmeta/api/env'
import { createBuckets, type Rate } from '@runmeta/api/limit/bucket'
import document from '@runmeta/api/openapi.json' with { type: 'json' }
import { createSigner } from '@runmeta/core/auth/token/signer'
import { createServer } from '@runmeta/core/server'
import { shardsFrom } from '@runmeta/core/shards'
import { present } from '@runmeta/core/table/attribute'
import { type Clock, createClock } from '@runmeta/core/table/clock'
import { ensureTable } from '@runmeta/core/table/dynamo/create'
import { directClient } from '@runmeta/core/table/dynamo/direct/client'
import { createDynamoTable } from '@runmeta/core/table/dynamo/index'
import { CONNECTIONS } from '@runmeta/core/table/dynamo/operations'
import { type ClosableTable, tableOver } from '@runmeta/core/table/dynamo/table'
import type { Table } from '@runmeta/core/table/port'
import { memoryTable } from '@runmeta/local/sqlite/table'
import { expect, inject } from 'vitest'
import type { EngineName } from './engines.ts'
import { expectDescribed } from './openapi.ts'
import { ROOT_KEY, SIGNING_KEY } from './secrets.ts'

export { ROOT_KEY, SIGNING_KEY }
export const CREDENTIALS = { region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }

export interface TestApp {
  /** Sends a request with the root key, and checks the reply against the OpenAPI document. */
  request(path: string, init?: RequestInit): Promise<Response>
  /** Sends a JSON text. */
  send(method: string, path: string, body: string, headers?: Record<string, string>): Promise<Response>
  readonly fetch: (url: string, init?: RequestInit) => Promise<Response>
  /** The app itself, for a test that starts a server. */
  readonly app: ReturnType<typeof createApp>
  readonly engine: EngineName
  readonly tableName: string
  readonly endpoint: string
  /** The routes that the app declares. */
  readonly routes: readonly { readonly method: string; readonly path: string }[]
  /** The errors that the app reported. */
  readonly reports: unknown[]
  /** Closes its connections, for a test with very many apps. */
  close(): void
}

/** The place of an app's table; `endpoint` throws for SQLite. */
export type TableHandle = Pick<TestApp, 'engine' | 'endpoint' | 'tableName'>

interface TestAppOptions extends Partial<Pick<Deps, 'onResponse' | 'origins' | 'capacity'>> {
  /** The rate limit of a key; none by default. */
  readonly rate?: Rate
  readonly engine?: EngineName
  /** The address of a proxy before the engine. */
  readonly endpoint?: string
  /** An existing table. */
  readonly tableName?: string
  readonly clock?: Clock
  readonly rootKey?: string
  /** The first one signs, and all are valid. */
  readonly signingKeys?: readonly string[]
  /** The setting RUNMETA_SHARDS. */
  readonly shards?: string
  /** Wraps the app's table. */
  readonly over?: (table: Table) => Table
  /**
   * Whether time-outs, time budgets and the ages of caches are those of the product. Without them, a test passes on a slow
   * machine too. @default false
   */
  readonly hasDeadlines?: boolean
}

const NO_TIMEOUTS = { ...CONNECTIONS, connectionTimeout: 0, requestTimeout: 0, socketTimeout: 0 }
const clientWith = (requestHandler: typeof CONNECTIONS | typeof NO_TIMEOUTS) => ({ ...CREDENTIALS, requestHandler })

/** A table that ignores signals, which the API uses for time-outs only. */
const withoutSignals = (table: Table): Table => ({ ...table, withSignal: () => withoutSignals(table) })

/** The SQLite tables in memory, by name. */
const memoryTables = new Map<string, { readonly table: Table; readonly db: DatabaseSyncInstance }>()

function newMemoryTable() {
  const db = new DatabaseSync(':memory:')
  return { db, table: memoryTable(db).table }
}

/** The given engine, or else the one that has the table, or else SQLite. */
function engineOf({ engine, endpoint, tableName }: TestAppOptions): EngineName {
  if (engine !== undefined) return engine
  const isElsewhere = endpoint !== undefined || (tableName !== undefined && !memoryTables.has(tableName))
  return isElsewhere ? 'dynoxide' : 'sqlite'
}

/** SQLite uses the machine's clock; the other stores have the time in each reply. */
const clockOf = (engine: EngineName): Clock =>
  engine === 'sqlite' ? { ...createClock(), isSynced: () => true } : createClock()

function memoryTableOf(name: string): ClosableTable {
  const made = memoryTables.get(name) ?? newMemoryTable()
  memoryTables.set(name, made)
  return { ...made.table, close: () => undefined }
}

/** An app's table with new connections. */
export function tableOf(app: TableHandle, clock: Clock): Table {
  const { engine, tableName } = app
  if (engine === 'sqlite') return memoryTableOf(tableName)
  return createDynamoTable({ tableName, endpoint: app.endpoint, clock, client: clientWith(NO_TIMEOUTS) })
}

/** The rows of a SQLite table, read without the code under test. */
export function rowsOf({ tableName }: Pick<TestApp, 'tableName'>): readonly Readonly<Record<string, unknown>>[] {
  const db = memoryTables.get(tableName)?.db
  if (db === undefined) throw new Error(`${tableName} is no table in memory`)
  return db.prepare('select * from item').all() as Readonly<Record<string, unknown>>[]
}

/** Uses the client of functions for dynoxide, and AWS's client for DynamoDB Local, so that both are tested. */
async function dynamoTableOf(engine: EngineName, options: TestAppOptions, tableName: string, clock: Clock) {
  if (options.tableName === undefined) await ensureTable({ ...CREDENTIALS, endpoint: endpointOf(engine) }, tableName)
  const endpoint = options.endpoint ?? endpointOf(engine)
  const connections = options.hasDeadlines ? CONNECTIONS : NO_TIMEOUTS
  const { region, credentials } = CREDENTIALS
  if (engine !== 'dynoxide') return createDynamoTable({ tableName, endpoint, clock, client: clientWith(connections) })
  const direct = { clock, endpoint: new URL(endpoint), region, credentials: async () => credentials, connections }
  return tableOver(directClient(direct), tableName)
}

export const endpointOf = (engine: EngineName): string => {
  const endpoint = inject('endpoints')[engine]
  if (endpoint === undefined)
    throw new Error(`${engine} has no DynamoDB API here; give the test app an engine that has`)
  return endpoint
}

/** A new app with a new table in a real store: SQLite, unless the test needs a DynamoDB API. */
export async function testApp(options: TestAppOptions = {}): Promise<TestApp> {
  const engine = engineOf(options)
  const { over = (table) => table, hasDeadlines = false } = options
  const machineClock = options.clock ?? clockOf(engine)
  const clock = hasDeadlines ? machineClock : { ...machineClock, deadline: () => () => false }
  const { onResponse, origins, rate, capacity } = options
  const { rootKey = ROOT_KEY, signingKeys = [SIGNING_KEY] } = options
  const tableName = options.tableName ?? `test-${randomUUID()}`
  const table = engine === 'sqlite' ? memoryTableOf(tableName) : await dynamoTableOf(engine, options, tableName, clock)
  const reports: unknown[] = []
  const shardsOf = shardsFrom(options.shards)
  const server = createServer({ table: over(hasDeadlines ? table : withoutSignals(table)), clock, shardsOf })
  const app = createApp({
    server,
    rootKey,
    signer: createSigner(signingKeys),
    engine: { name: engine, promises: ['what it promises'] },
    openapi: async () => JSON.stringify(document),
    onError: (error) => void reports.push(error),
    ...present({ onResponse, origins, capacity, rate: rate && createBuckets(rate) }),
  })
  async function request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    if (!headers.has('authorization')) headers.set('authorization', `Bearer ${rootKey}`)
    const reply = await app.request(path, { ...init, headers })
    await expectDescribed(init.method ?? 'GET', path, reply)
    return reply
  }
  return {
    request,
    send: (method, path, body, headers = {}) =>
      request(path, { method, body, headers: { 'content-type': 'application/json', ...headers } }),
    fetch: async (url, init) => {
      const reply = await app.request(url, init)
      await expectDescribed(init?.method ?? 'GET', url, reply)
      return reply
    },
    app,
    engine,
    tableName,
    get endpoint() {
      return endpointOf(engine)
    },
    routes: app.routes.filter(({ method }) => method !== 'ALL'),
    reports,
    close: table.close,
  }
}

/** The JSON of a reply, which must have this status. */
export async function jsonOf<T = Record<string, unknown>>(
  reply: Response | Promise<Response>,
  status = 200,
): Promise<T> {
  const settled = await reply
  const text = await settled.text()
  expect(settled.status, text).toBe(status)
  return JSON.parse(text) as T
}

export interface ProblemBody {
  readonly code: string
  readonly detail: string
  readonly pointer?: string
  readonly reason?: string
  readonly candidates?: readonly { id: string; name: string; createdAt: string }[]
  readonly more?: boolean
}

/** The problem in a reply, which must have this status and code. */
export async function refusalOf(
  reply: Response | Promise<Response>,
  status: number,
  code: string,
): Promise<ProblemBody> {
  const problem = await jsonOf<ProblemBody>(reply, status)
  expect(problem.code).toBe(code)
  return problem
}

export interface RunBody {
  readonly id: string
  readonly name: string
  readonly pipeline?: string
  readonly status: string
  readonly createdAt: string
  readonly startedAt?: string
  readonly endedAt?: string
}

export interface FullRunBody extends RunBody {
  readonly metadata: Record<string, unknown>
  readonly types: Record<string, string>
  readonly steps: Record<string, { metadata: Record<string, unknown>; types: Record<string, string> }>
}

export interface ReceiptBody {
  readonly run: { readonly id: string; readonly name: string }
  readonly log: { readonly id: string; readonly createdAt: string; readonly position: string; readonly step?: string }
}
