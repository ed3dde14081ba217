import { logMetadata, step, withRun } from '@runmeta/sdk'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { bodyOf, errorOf, type Sent, stubEnvironment } from './stub.ts'

/** The run, the step and the metadata of each sent log. */
const logged = (sent: readonly Sent[]) =>
  sent.map((one) => {
    const { step: stepName, metadata } = Object(bodyOf(one))
    return [one.path.split('/')[3], stepName, metadata.at]
  })

let sent: Sent[] = []
beforeEach(() => {
  sent = stubEnvironment()
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
})

const stream = step('stream', async function* (_count: number) {
  try {
    await logMetadata({ metadata: { at: 'start' } })
    yield 1
    await logMetadata({ metadata: { at: 'middle' } })
    yield 2
  } finally {
    await logMetadata({ metadata: { at: 'end' } })
  }
})

const all = (run: string) => ['start', 'middle', 'end'].map((at) => [run, 'stream', at])

async function drain(values: AsyncIterable<number>): Promise<number[]> {
  const drained: number[] = []
  for await (const value of values) drained.push(value)
  return drained
}

describe('an asynchronous generator logs to its step', () => {
  test('if it is iterated inside withRun', async () => {
    expect(await withRun('r', () => drain(stream(2)))).toEqual([1, 2])
    expect(logged(sent)).toEqual(all('r'))
  })

  test('if it is iterated after withRun', async () => {
    expect(await drain(withRun('r', () => stream(2)))).toEqual([1, 2])
    expect(logged(sent)).toEqual(all('r'))
  })

  test('if it is iterated inside another run and another step', async () => {
    const values = withRun('r', () => stream(2))
    await withRun(
      'other',
      step('outer', async () => {
        await drain(values)
        await logMetadata({ metadata: { at: 'outer' } })
      }),
    )
    expect(logged(sent)).toEqual([...all('r'), ['other', 'outer', 'outer']])
  })

  test('if it is created outside of any run, and iterated inside one', async () => {
    const values = stream(2)
    await withRun('r', () => drain(values))
    expect(logged(sent)).toEqual(all('r'))
  })

  test('if its caller stops early or throws into it', async () => {
    const [first, second] = withRun('r', () => [stream(2), stream(2)] as const)
    for await (const _ of first) break
    await second.next()
    expect(await errorOf(second.throw(new Error('stop')))).toHaveProperty('message', 'stop')
    const once = [
      ['r', 'stream', 'start'],
      ['r', 'stream', 'end'],
    ]
    expect(logged(sent)).toEqual([...once, ...once])
  })

  test('if another generator delegates to it', async () => {
    const outer = step('outer', async function* () {
      yield* stream(2)
      await logMetadata({ metadata: { at: 'outer' } })
    })
    await withRun('r', () => drain(outer()))
    expect(logged(sent)).toEqual([...all('r'), ['r', 'outer', 'outer']])
  })

  test('if two of them are iterated in turn', async () => {
    const one = withRun('one', () => stream(2))
    const two = withRun('two', () => stream(2))
    for (let turn = 0; turn < 3; turn++) await Promise.all([one.next(), two.next()])
    expect(logged(sent).filter(([run]) => run === 'one')).toEqual(all('one'))
    expect(logged(sent).filter(([run]) => run === 'two')).toEqual(all('two'))
  })
})

describe('a synchronous generator logs to its step', () => {
  const pending: Promise<unknown>[] = []
  const numbers = step('numbers', function* () {
    for (const at of [1, 2]) {
      pending.push(logMetadata({ metadata: { at } }))
      yield at
    }
  })

  test('inside and after withRun, spread, and with its own type', async () => {
    expect(withRun('r', () => [...numbers()])).toEqual([1, 2])
    const later = withRun('later', () => numbers())
    expect(Object.prototype.toString.call(later)).toBe('[object Generator]')
    expect([...later]).toEqual([1, 2])
    await Promise.all(pending)
    expect(logged(sent)).toEqual([
      ['r', 'numbers', 1],
      ['r', 'numbers', 2],
      ['later', 'numbers', 1],
      ['later', 'numbers', 2],
    ])
  })
})

test('a generator that withRun returns continues in that run', async () => {
  const values = withRun('r', async function* () {
    await logMetadata({ metadata: { at: 1 } })
    yield 1
  })
  await withRun('other', () => drain(values))
  expect(logged(sent)).toEqual([['r', undefined, 1]])
})

test('a generator that was compiled to plain functions logs to its step, too', async () => {
  const compiled = step('compiled', () => {
    const self = {
      next: async () => {
        await logMetadata({ metadata: { at: 1 } })
        return { done: true as const, value: undefined }
      },
      return: async () => ({ done: true as const, value: undefined }),
      throw: async (error: unknown) => Promise.reject(error),
      [Symbol.asyncIterator]: () => self,
    }
    return self
  })
  const values = withRun('r', () => compiled())
  await drain({ [Symbol.asyncIterator]: () => values })
  expect(logged(sent)).toEqual([['r', 'compiled', 1]])
})
