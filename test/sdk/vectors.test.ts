import { Client, type RunmetaError } from '@runmeta/sdk'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { LOG_FIELDS } from '../../packages/sdk/src/log/options.ts'
import {
  CHANGE_FIELDS,
  HISTORY_FIELDS,
  READ_FIELDS,
  RUN_FIELDS,
  UNSET_FIELDS,
  WATCH_FIELDS,
} from '../../packages/sdk/src/run/options.ts'
import { LIST_FIELDS } from '../../packages/sdk/src/search/options.ts'
import { isSameDecimal } from '../../packages/sdk/src/value/decimal.ts'
import { NumberLiteral } from '../../packages/sdk/src/value/number.ts'
import { read } from '../../packages/sdk/src/value/read.ts'
import { ROOT_KEY, type TestApp, testApp } from '../support/app.ts'
import { answerOf, casesOf, type GivenReply, type Tagged, untagged } from '../support/vectors.ts'
import { bodyOf, clientOf, errorOf, pipelineRun, RUN, receipt, type Sent, waitsOf } from './stub.ts'

interface Wire {
  readonly metadata: string
  readonly types: Readonly<Record<string, string>>
}

function wireOf({ body = '' }: Pick<Sent, 'body'>): Wire {
  const [metadata = '', types = '{}'] = body.slice('{"metadata":'.length, -1).split(',"types":')
  return { metadata, types: JSON.parse(types) }
}

/** Whether two JSON texts have the same value, with numbers compared exactly. */
function isSame(left: unknown, right: unknown): boolean {
  if (NumberLiteral.is(left) && NumberLiteral.is(right)) return isSameDecimal(left.text, right.text)
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return left === right
  const [names, others] = [Object.keys(left), Object.keys(right)]
  return (
    names.join() === others.join() && names.every((name) => isSame(Reflect.get(left, name), Reflect.get(right, name)))
  )
}

describe('read.json: values that were read can be logged again', () => {
  test.each(casesOf<Wire & { name: string }>('read.json'))('$name', async ({ metadata, types }) => {
    const { client, sent } = clientOf([pipelineRun(metadata, types), receipt()])
    const run = await client.getPipelineRun('nightly')
    await run.logMetadata({ metadata: run.runMetadata })
    const again = wireOf(sent[1] ?? {})
    expect(isSame(read(again.metadata, 'literal'), read(metadata, 'literal')), again.metadata).toBe(true)
    expect(again.types).toEqual(types)
  })
})

const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  logMetadata: LOG_FIELDS,
  createRun: RUN_FIELDS,
  newRun: RUN_FIELDS,
  updateRun: CHANGE_FIELDS,
  getPipelineRun: READ_FIELDS,
  watch: WATCH_FIELDS,
  listPipelineRuns: LIST_FIELDS,
  history: HISTORY_FIELDS,
  unset: UNSET_FIELDS,
}

describe('options.json: calls take the same options in every language', () => {
  test.each(casesOf<{ name: string; options: string[] }>('options.json'))('$name', ({ name, options }) => {
    expect(new Set(OPTIONS[name])).toEqual(
      new Set(OPTIONS[name]?.includes('signal') ? [...options, 'signal'] : options),
    )
  })
})

interface LoggedCase {
  readonly name: string
  readonly metadata: Tagged
  readonly sent?: Wire
  readonly refused?: { readonly pointer: string }
}

describe('logged.json: logged values are sent unchanged', () => {
  test.each(casesOf<LoggedCase>('logged.json'))('$name', async ({ metadata, sent: expected, refused }) => {
    const { client, sent } = clientOf([receipt()])
    const call = client.run('nightly').logMetadata({ metadata: Object(untagged(metadata)) })
    if (refused === undefined) {
      await call
      expect(wireOf(sent[0] ?? {})).toEqual(expected)
      return
    }
    expect(await errorOf(call)).toMatchObject({ name: 'InvalidValueError', attempts: 0, ...refused })
    expect(sent).toHaveLength(0)
  })
})

interface PointerCase {
  readonly name: string
  readonly metadata: object
  readonly pointer: string
  readonly found?: unknown
  readonly invalid?: boolean
}

describe('pointers.json: a pointer names a place', () => {
  test.each(casesOf<PointerCase>('pointers.json'))('$name', async ({ metadata, pointer, found, invalid }) => {
    const { client } = clientOf([pipelineRun(JSON.stringify(metadata))])
    const run = await client.getPipelineRun('nightly')
    if (invalid === true) expect(() => run.get(pointer)).toThrow(expect.objectContaining({ name: 'BadRequestError' }))
    else expect(run.get(pointer)).toEqual(found)
  })
})

type ExpectedError = Readonly<Record<string, unknown>> & { readonly bodyCharacters?: number }

function expectError(error: unknown, { bodyCharacters, ...members }: ExpectedError): void {
  expect(error).toMatchObject(members)
  if (bodyCharacters !== undefined) expect(error).toHaveProperty('body.length', bodyCharacters)
}

describe('errors.json: a reply becomes an error', () => {
  test.each(casesOf<{ name: string; reply: GivenReply; error: ExpectedError }>('errors.json'))(
    '$name',
    async ({ reply, error }) => {
      const { client } = clientOf([answerOf(reply)], { retries: 0 })
      expectError(await errorOf(client.getPipelineRun('nightly')), error)
    },
  )
})

interface RetryCase {
  readonly name: string
  readonly options: { readonly retries?: number; readonly timeout?: number; readonly totalTimeout?: number }
  readonly call: string
  readonly replies: readonly [GivenReply, ...GivenReply[]]
  readonly now?: string
  readonly requests: number
  readonly waits?: readonly number[]
  readonly error?: ExpectedError
  readonly isSame?: boolean
}

const CALLS: Readonly<Record<string, (client: Client) => Promise<unknown>>> = {
  log: (client) => client.logMetadata({ metadata: { a: 1 }, runIdNameOrPrefix: 'nightly' }),
  read: (client) => client.getPipelineRun('nightly'),
  create: (client) => client.createRun({ pipeline: 'train' }),
  update: (client) => client.updateRun(RUN.id, { status: 'completed' }),
  delete: (client) => client.deleteRun(RUN.id),
  unset: (client) => client.unset('nightly', 'a'),
  createKey: (client) => client.createKey({ role: 'log' }),
}

const milliseconds = (seconds: number | undefined) => (seconds === undefined ? undefined : seconds * 1000)

describe('retries.json: a call is retried', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] })
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    // It ignores fake timers.
    vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => new AbortController().signal)
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })

  test.each(casesOf<RetryCase>('retries.json'))('$name', async (given) => {
    if (given.now !== undefined) vi.setSystemTime(given.now)
    const [first, ...rest] = given.replies
    const { retries, timeout, totalTimeout } = given.options
    const options = { retries, timeout: milliseconds(timeout), totalTimeout: milliseconds(totalTimeout) }
    const { client, sent } = clientOf([answerOf(first), ...rest.map(answerOf)], options)
    const outcome = CALLS[given.call]?.(client).then(
      () => undefined,
      (error: RunmetaError) => error,
    )
    await vi.runAllTimersAsync()
    const error = await outcome
    if (given.error === undefined) expect(error).toBeUndefined()
    else expectError(error, given.error)
    expect(sent).toHaveLength(given.requests)
    if (given.waits !== undefined) expect(waitsOf(sent).map((ms) => ms / 1000)).toEqual(given.waits)
    if (given.isSame === true) {
      expect(new Set(sent.map(({ body }) => body)).size).toBe(1)
      expect(new Set(sent.map(({ headers }) => headers['idempotency-key'])).size).toBe(1)
    }
  })
})

describe('conditions.json: a condition as text', () => {
  test.each(casesOf<{ name: string; where: string; sent?: object; refused?: boolean }>('conditions.json'))(
    '$name',
    async ({ where, sent: expected, refused }) => {
      const { client, sent } = clientOf([() => new Response('{"runs":[]}')])
      const runs = client.listPipelineRuns({ where }).first(1)
      if (refused === true) {
        expect(await errorOf(runs)).toMatchObject({ name: 'BadRequestError', attempts: 0 })
        expect(sent).toHaveLength(0)
        return
      }
      await runs
      expect(bodyOf(sent[0])).toEqual({ where: expected, limit: 1 })
    },
  )
})

interface Step {
  readonly call: 'create' | 'log' | 'unset' | 'history' | 'read' | 'list' | 'update' | 'delete'
  readonly run: string
  readonly key: string
  readonly id?: string
  readonly name?: string
  readonly pipeline?: string
  readonly step?: string
  readonly metadata: object
  readonly relatedEntities?: boolean
  readonly idempotencyKey?: string
  readonly where: string
  readonly order?: string
  readonly status: 'completed'
  readonly gives?: unknown
  readonly refused?: string
}

/** Makes a call of a case, and returns the part of its result that the case states. */
async function perform(client: Client, given: Step): Promise<unknown> {
  const { call, run, key, id, name, pipeline, step, metadata, idempotencyKey, where, order, status } = given
  switch (call) {
    case 'create':
      return { isNew: (await client.createRun({ id, name, pipeline })).isNew }
    case 'log': {
      const target = { runIdNameOrPrefix: run, stepName: step, logRelatedEntities: given.relatedEntities }
      return await client.logMetadata({ metadata, idempotencyKey, ...target })
    }
    case 'unset':
      return await client.unset(run, key, { step, idempotencyKey })
    case 'history': {
      const values: unknown[] = []
      for await (const { value } of client.history(run, key, { step })) values.push(value)
      return values
    }
    case 'read': {
      const { runMetadata, steps } = await client.getPipelineRun(run)
      const ofSteps = Object.entries(steps).map(([at, { runMetadata: its }]) => [at, its])
      return { metadata: runMetadata, steps: Object.fromEntries(ofSteps) }
    }
    case 'list':
      return (await client.listPipelineRuns({ pipeline, where, order }).first(50)).map((one) => one.name)
    case 'update':
      return await client.updateRun(run, { status })
    case 'delete':
      return await client.deleteRun(run)
  }
}

describe('calls.json: a sequence of calls to a server', () => {
  let app: TestApp
  beforeAll(async () => {
    app = await testApp()
  })
  afterAll(() => app.close())

  test.each(casesOf<{ name: string; steps: readonly Step[] }>('calls.json'))('$name', async ({ steps }) => {
    const client = new Client({ url: 'http://runmeta.test', apiKey: ROOT_KEY, fetch: app.fetch })
    const own: readonly Step[] = JSON.parse(JSON.stringify(steps).replaceAll(/\{([a-z]+)\}/g, '$1'))
    for (const given of own) {
      if (given.refused === undefined) {
        const gave = await perform(client, given)
        if (given.gives !== undefined) expect(gave).toEqual(given.gives)
      } else {
        expect(await errorOf(perform(client, given))).toHaveProperty('code', given.refused)
      }
    }
  })
})
