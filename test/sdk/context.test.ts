import { Client, getPipelineRun, logMetadata, step, withRun } from '@runmeta/sdk'
import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from 'vitest'
import { bodyOf, clientOf, errorOf, pipelineRun, RUN, receipt, run, type Sent, stubEnvironment } from './stub.ts'

const metadata = { a: 1 }
/** The run and the step of each sent log. */
const targets = (sent: readonly Sent[]) =>
  sent.map((one) => [one.path.split('/')[3], Reflect.get(Object(bodyOf(one)), 'step')])

const { fetch } = globalThis
let sent: Sent[] = []
beforeEach(() => {
  sent = stubEnvironment()
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
  expect(globalThis.fetch).toBe(fetch)
})

describe('a log goes', () => {
  test('to the run that the call names', async () => {
    await logMetadata({ metadata, runIdNameOrPrefix: 'named' })
    await logMetadata({ metadata, runIdNameOrPrefix: 'named', stepName: 'train' })
    expect(targets(sent)).toEqual([
      ['named', undefined],
      ['named', 'train'],
    ])
  })

  test('to the run and the step of the environment', async () => {
    vi.stubEnv('RUNMETA_RUN_ID', 'environment')
    await logMetadata({ metadata })
    vi.stubEnv('RUNMETA_STEP_NAME', 'prepare')
    await logMetadata({ metadata })
    await logMetadata({ metadata, stepName: 'train' })
    expect(targets(sent)).toEqual([
      ['environment', undefined],
      ['environment', 'prepare'],
      ['environment', 'train'],
    ])
  })

  test('to the run and the step around the call rather than to those of the environment', async () => {
    vi.stubEnv('RUNMETA_RUN_ID', 'environment')
    vi.stubEnv('RUNMETA_STEP_NAME', 'prepare')
    await step('train', () => logMetadata({ metadata }))()
    await withRun('around', () => logMetadata({ metadata }))
    await withRun(
      'around',
      step('train', () => logMetadata({ metadata })),
    )
    expect(targets(sent)).toEqual([
      ['environment', 'train'],
      ['around', undefined],
      ['around', 'train'],
    ])
  })

  test('to the step of the environment unless the environment names a run other than the one around the call', async () => {
    vi.stubEnv('RUNMETA_STEP_NAME', 'prepare')
    await withRun('around', () => logMetadata({ metadata }))
    vi.stubEnv('RUNMETA_RUN_ID', 'around')
    await withRun('around', () => logMetadata({ metadata }))
    vi.stubEnv('RUNMETA_RUN_ID', 'environment')
    await withRun('around', () => logMetadata({ metadata }))
    expect(targets(sent)).toEqual([
      ['around', 'prepare'],
      ['around', 'prepare'],
      ['around', undefined],
    ])
  })

  test.each([
    ['id', RUN.id],
    ['id in capitals without hyphens', RUN.id.replaceAll('-', '').toUpperCase()],
    ['name', RUN.name],
  ])('to the step of the environment if that has the %s of the run around the call', async (_, reference) => {
    vi.stubEnv('RUNMETA_STEP_NAME', 'prepare')
    vi.stubEnv('RUNMETA_RUN_ID', reference)
    const handle = await clientOf([run()]).client.createRun({ name: RUN.name })
    await withRun(handle, () => logMetadata({ metadata }), { client: new Client() })
    await withRun(
      handle,
      step('train', () => logMetadata({ metadata })),
      { client: new Client() },
    )
    expect(targets(sent)).toEqual([
      [RUN.id, 'prepare'],
      [RUN.id, 'train'],
    ])
  })

  test('to the run that a call inside a step names, without the step', async () => {
    vi.stubEnv('RUNMETA_RUN_ID', 'environment')
    vi.stubEnv('RUNMETA_STEP_NAME', 'prepare')
    await logMetadata({ metadata, runIdNameOrPrefix: 'named' })
    await step('train', () => logMetadata({ metadata, runIdNameOrPrefix: 'named' }))()
    await step('train', () => logMetadata({ metadata, runIdNameOrPrefix: 'named', stepName: 'other' }))()
    await step('train', () => withRun('named', () => logMetadata({ metadata })))()
    expect(targets(sent)).toEqual([
      ['named', undefined],
      ['named', undefined],
      ['named', 'other'],
      ['named', undefined],
    ])
  })

  test('to the innermost step and the innermost run', async () => {
    const inner = step('inner', () => logMetadata({ metadata }))
    const outer = step('outer', async () => {
      await inner()
      await logMetadata({ metadata })
    })
    await withRun('first', () => withRun('second', outer))
    expect(targets(sent)).toEqual([
      ['second', 'inner'],
      ['second', 'outer'],
    ])
  })

  test('to the run that a handle names, whatever is around it', async () => {
    const client = new Client()
    await withRun(
      'around',
      step('train', () => client.run('held').logMetadata({ metadata })),
    )
    await withRun(
      'around',
      step('train', () => client.run('held').step('own').logMetadata({ metadata })),
    )
    await withRun(
      'around',
      step('train', () => client.logMetadata({ metadata })),
    )
    expect(targets(sent)).toEqual([
      ['held', undefined],
      ['held', 'own'],
      ['around', 'train'],
    ])
  })

  test.each([{}, { stepName: 'train' }])('nowhere without a run, and the error says what to set', async (more) => {
    const error = await errorOf(step('train', () => logMetadata({ metadata, ...more }))())
    expect(error).toMatchObject({ name: 'ConfigurationError', code: 'not_configured', attempts: 0 })
    expect(error).toHaveProperty('message', expect.stringMatching(/RUNMETA_RUN_ID.*withRun.*runIdNameOrPrefix/))
    expect(sent).toHaveLength(0)
  })

  test('to no run or step of an empty variable, which counts as not set', async () => {
    vi.stubEnv('RUNMETA_RUN_ID', '')
    expect(await errorOf(logMetadata({ metadata }))).toMatchObject({ name: 'ConfigurationError' })
    vi.stubEnv('RUNMETA_RUN_ID', 'environment')
    vi.stubEnv('RUNMETA_STEP_NAME', '')
    await logMetadata({ metadata })
    expect(targets(sent)).toEqual([['environment', undefined]])
  })
})

describe('a context', () => {
  test('continues across await, separate from others at the same time', async () => {
    const later = step('train', async (run: string) => {
      await Promise.resolve()
      await new Promise((resolve) => setImmediate(resolve))
      await logMetadata({ metadata: { run } })
    })
    const runs = Array.from({ length: 20 }, (_, index) => `run-${index}`)
    await Promise.all(runs.map((name) => withRun(name, () => later(name))))
    expect(new Set(sent.map(({ path }) => path)).size).toBe(20)
    for (const one of sent)
      expect(bodyOf(one)).toMatchObject({ metadata: { run: one.path.split('/')[3] }, step: 'train' })
  })

  test('ends with its function', async () => {
    await withRun('around', () => logMetadata({ metadata }))
    expect(await errorOf(logMetadata({ metadata }))).toMatchObject({ name: 'ConfigurationError' })
  })

  test('uses the client of its handle', async () => {
    const one = clientOf([run(), receipt()])
    const other = clientOf([receipt()])
    const created = await one.client.createRun({ name: 'nightly' })
    await withRun(
      created,
      step('train', () => logMetadata({ metadata })),
    )
    await withRun(created, () => withRun('inner', () => logMetadata({ metadata })))
    await withRun(created, () => logMetadata({ metadata }), { client: other.client })
    await withRun(created, () => logMetadata({ metadata, client: other.client }))
    await withRun('named', () => logMetadata({ metadata }), { client: other.client })
    expect(targets(one.sent.slice(1))).toEqual([
      [RUN.id, 'train'],
      ['inner', undefined],
    ])
    expect(targets(other.sent)).toEqual([
      [RUN.id, undefined],
      [RUN.id, undefined],
      ['named', undefined],
    ])
    expect(sent).toHaveLength(0)
  })

  test('provides the client with which getPipelineRun reads', async () => {
    const { client, sent: sentByClient } = clientOf([pipelineRun('{"a": 1}')])
    const read = await withRun(client.run('nightly'), () => getPipelineRun('other'))
    expect(read.runMetadata).toEqual({ a: 1 })
    expect(sentByClient[0]?.path).toBe('/v1/runs/other')
  })

  test('returns what its function returns, and throws what it throws', async () => {
    const failure = new Error('of the function')
    expect(withRun('around', () => 7)).toBe(7)
    expect(() =>
      withRun('around', () => {
        throw failure
      }),
    ).toThrow(failure)
    await expect(withRun('around', async () => 7)).resolves.toBe(7)
    await expect(
      step('train', async () => {
        throw failure
      })(),
    ).rejects.toBe(failure)
  })
})

describe('a step', () => {
  test.each([
    ['a function alone', () => Reflect.apply(step, undefined, [() => 1])],
    ['a name alone', () => Reflect.apply(step, undefined, ['train'])],
    ['an empty name', () => step('', () => 1)],
  ])('takes a name and a function, and immediately refuses %s', (_, make) => {
    expect(make).toThrow(/step\(\) takes a name and a function/)
  })

  test('has the parameters and the result of its function, and keeps its `this`', () => {
    const add = step('add', (one: number, other: number) => one + other)
    expect(add(1, 2)).toBe(3)
    expectTypeOf(add).parameters.toEqualTypeOf<[one: number, other: number]>()
    expectTypeOf(add).returns.toEqualTypeOf<number>()
    const counter = {
      count: 2,
      next: step('next', function (this: { count: number }, by: number) {
        return this.count + by
      }),
    }
    expect(counter.next(3)).toBe(5)
  })

  test('logs with the client of the environment if there is no other', async () => {
    await withRun('around', () => logMetadata({ metadata }))
    expect(sent[0]).toMatchObject({ url: 'http://environment.test/v1/runs/around/metadata' })
    expect(sent[0]?.headers.authorization).toBe('Bearer rmk_environment')
  })
})
