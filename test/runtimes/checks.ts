import * as sdk from '@runmeta/sdk'
import { BUDGET_MS, FAULTS, keyOf, runOf, SCHEMES, type Scheme } from './faults.ts'

/** Checks of the packed package for every runtime. This file runs on the runtime itself. */

export interface Surroundings {
  /** The name of the runtime, which is part of its runs' names. */
  readonly runtime: string
  readonly url: string
  readonly secureUrl: string
  readonly apiKey: string
  /** Whether the runtime has AsyncLocalStorage, which carries the run and the step. */
  readonly hasContext: boolean
}

/** The end of a check or a call. */
export interface Ended {
  readonly name: string
  readonly error?: string
  readonly attempts?: number
  readonly ms: number
}

export interface Report {
  readonly checks: readonly Ended[]
  readonly faults: Readonly<Record<Scheme, readonly Ended[]>>
}

interface Around extends Surroundings {
  readonly client: sdk.Client
}

export function same(actual: unknown, expected: unknown): void {
  const text = (value: unknown) =>
    JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part)) ?? 'undefined'
  if (text(actual) !== text(expected)) throw new Error(`${text(actual)} is not ${text(expected)}`)
}

async function failing(call: Promise<unknown>): Promise<sdk.RunmetaError> {
  try {
    await call
  } catch (error) {
    if (error instanceof sdk.RunmetaError) return error
    throw error
  }
  throw new Error('the call did not fail')
}

export const newName = (what: string): string => `${what}-${Math.random().toString(36).slice(2)}`

/** Logs to the step around the call; without AsyncLocalStorage, expects the error that suggests handles. */
async function inContext({ client, hasContext }: Around, log: (run: sdk.Run) => Promise<unknown>): Promise<void> {
  const run = await client.createRun({ name: newName('context') })
  if (!hasContext) {
    const error = await failing(Promise.resolve().then(() => log(run)))
    same([error.code, error.message.includes('client.run(…)')], ['not_configured', true])
    return
  }
  await log(run)
  same((await run.read()).steps, { train: { runMetadata: { rows: 150 } } })
}

export type Check = (around: Around) => Promise<void>

export const CHECKS: Readonly<Record<string, Check>> = {
  'values are read as they were logged': async ({ client }) => {
    const run = await client.createRun({ name: newName('values') })
    const metadata = {
      text: 'é🚀\u0000',
      large: 2n ** 64n,
      exact: new sdk.NumberLiteral('1e400'),
      zero: -0,
      nested: [{ 'a/b': null }],
      dataset: sdk.uri('s3://bucket/iris.csv'),
      size: sdk.storageSize(2883),
    }
    await run.logMetadata({ metadata })
    const { runMetadata } = await run.read()
    same(runMetadata, metadata)
    same(sdk.uri.is(runMetadata.dataset) && Object.is(runMetadata.zero, -0), true)
  },
  'a step logs to its step': (around) =>
    inContext(around, (run) =>
      sdk.withRun(
        run,
        sdk.step('train', async () => {
          await Promise.resolve()
          await sdk.logMetadata({ metadata: { rows: 150 } })
        }),
      ),
    ),
  'a generator logs to its step': (around) =>
    inContext(around, async (run) => {
      const rows = sdk.withRun(
        run,
        sdk.step('train', async function* () {
          yield 1
          await sdk.logMetadata({ metadata: { rows: 150 } })
        }),
      )
      for await (const _ of rows);
    }),
  'a run is created, and completed': async ({ client, hasContext }) => {
    if (!hasContext) return
    const name = newName('new')
    same(await client.withNewRun({ name }, async (run) => run.isNew), true)
    same((await client.getPipelineRun(name)).status, 'completed')
  },
  'a log counts once under one key': async ({ client }) => {
    const run = await client.createRun({ name: newName('once') })
    const log = { metadata: { n: 1 }, idempotencyKey: 'once' }
    const [one, other] = await Promise.all([run.logMetadata(log), run.logMetadata(log)])
    same(one?.log, other?.log)
    let entries = 0
    for await (const _ of run.history('n')) entries++
    same(entries, 1)
  },
  'runs are listed, selected and compared': async ({ client }) => {
    const pipeline = newName('pipeline')
    const runs = await Promise.all([0.5, 0.9].map((_, at) => client.createRun({ name: `${pipeline}-${at}`, pipeline })))
    for (const [at, run] of runs.entries()) await run.logMetadata({ metadata: { m: { accuracy: [0.5, 0.9][at] } } })
    const list = client.listPipelineRuns({ pipeline, order: '-/m/accuracy', select: ['/m/accuracy'] })
    same(
      (await list.first(2)).map(({ selected }) => selected['/m/accuracy']),
      [0.9, 0.5],
    )
    same((await client.compare(runs)).differences, [{ pointer: '/m/accuracy', values: [0.5, 0.9], differs: true }])
  },
  'a refusal has its class': async ({ client }) => {
    const error = await failing(client.getPipelineRun(newName('none')))
    same([error instanceof sdk.RunNotFoundError, error.name, error.attempts], [true, 'RunNotFoundError', 1])
  },
  'a run is watched until it ends': async ({ client }) => {
    const run = await client.createRun({ name: newName('watched') })
    const seen: string[] = []
    for await (const { status } of run.watch({ interval: 10 })) {
      seen.push(status)
      if (status === 'running') await run.update({ status: 'completed' })
    }
    same(seen, ['running', 'completed'])
  },
  'a signal ends a call': async ({ client }) => {
    const controller = new AbortController()
    const call = failing(client.getPipelineRun('x', { signal: controller.signal }))
    controller.abort()
    same((await call).name, 'AbortError')
  },
  'many logs at once': async ({ client }) => {
    const run = await client.createRun({ name: newName('many'), index: false })
    const { signal } = new AbortController()
    const logs = Array.from({ length: 150 }, (_, n) => run.logMetadata({ metadata: { [`k${n}`]: n }, signal }))
    same(
      (await Promise.all(logs)).every((receipt) => receipt?.run.id === run.id),
      true,
    )
    same(Object.keys((await run.read()).runMetadata).length, 150)
  },
  'over https': async ({ apiKey, secureUrl }) => {
    const client = new sdk.Client({ url: secureUrl, apiKey })
    const run = await client.createRun({ name: newName('secure') })
    same((await run.read()).name, run.name)
  },
}

async function timed(name: string, run: () => Promise<unknown>): Promise<Ended> {
  const start = performance.now()
  const ended = (more: object) => ({ name, ms: Math.round(performance.now() - start), ...more })
  try {
    await run()
    return ended({})
  } catch (error) {
    const failed = Object(error)
    return ended({ error: `${failed.name}: ${failed.message}`, attempts: failed.attempts })
  }
}

/** Sends a log through each fault, all at the same time. */
function logsThroughFaults({ runtime, url, secureUrl, apiKey }: Surroundings, scheme: Scheme): Promise<Ended[]> {
  const name = runOf(runtime, scheme)
  const logs = FAULTS.map(async (row) => {
    const options = {
      url: `${scheme === 'https' ? secureUrl : url}/fault/${name}/${keyOf(row)}`,
      apiKey,
      totalTimeout: BUDGET_MS,
      timeout: row.timeout ?? BUDGET_MS,
      retries: row.retries,
    }
    const run = new sdk.Client(options).run(name)
    if (row.isWarm) await run.read()
    return await timed(keyOf(row), () => run.logMetadata({ metadata: { [`fault-${keyOf(row)}`]: 1 } }))
  })
  return Promise.all(logs)
}

export async function report(surroundings: Surroundings, more: typeof CHECKS = {}): Promise<Report> {
  const { url, apiKey, runtime } = surroundings
  const client = new sdk.Client({ url, apiKey })
  await Promise.all(SCHEMES.map((scheme) => client.createRun({ name: runOf(runtime, scheme) })))
  const around = { ...surroundings, client }
  // First, while no connection is old: a request on a connection that the server has closed is repeated once more.
  const faults = Promise.all([logsThroughFaults(surroundings, 'http'), logsThroughFaults(surroundings, 'https')])
  const checks: Ended[] = []
  for (const [name, check] of Object.entries({ ...CHECKS, ...more }))
    checks.push(await timed(name, () => check(around)))
  const [http, https] = await faults
  return { checks, faults: { http, https } }
}
