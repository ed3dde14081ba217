import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Answer, clientOf, errorOf, RUN, receipt, refusal, silence } from './stub.ts'

const metadata = { accuracy: 0.97 }
const neverEnding: Answer = () =>
  new Response(new ReadableStream({ start: (body) => body.enqueue(new Uint8Array([123])) }))

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] })
  vi.spyOn(Math, 'random').mockReturnValue(0)
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('time-outs', () => {
  test.each([
    ['that does not come', silence],
    ['that does not end', neverEnding],
  ])('end a request after 20 s if it has a reply %s', async (_, answer) => {
    const { client, sent } = clientOf([answer, receipt()])
    const call = client.run('nightly').logMetadata({ metadata })
    await vi.advanceTimersByTimeAsync(19_999)
    expect(sent).toHaveLength(1)
    expect(sent[0]?.signal.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(2)
    expect(sent[0]?.signal.aborted).toBe(true)
    await expect(call).resolves.toHaveProperty('log.id')
    expect(sent).toHaveLength(2)
  })

  test('end a call after 60 s, however many retries it has left', async () => {
    const { client, sent } = clientOf([silence], { retries: 100 })
    const error = errorOf(client.run('nightly').logMetadata({ metadata }))
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await error).toMatchObject({ name: 'TimeoutError', code: 'timed_out', retryable: true, attempts: 3 })
    expect(sent).toHaveLength(3)
  })

  test('count a wait for one of the 64 requests', async () => {
    const { client, sent } = clientOf([silence], { timeout: 50, totalTimeout: 60, retries: 0 })
    const calls = Array.from({ length: 65 }, () => errorOf(client.getPipelineRun('nightly')))
    await vi.advanceTimersByTimeAsync(60)
    expect(sent).toHaveLength(65)
    expect(sent[64]?.signal.aborted).toBe(true)
    expect(await calls[64]).toMatchObject({ name: 'TimeoutError', attempts: 1 })
  })

  test('treat all pages of a run as one call', async () => {
    const page: Answer = async () => {
      await new Promise((resolve) => setTimeout(resolve, 200))
      return Response.json({ ...RUN, metadata: {}, types: {}, steps: {}, metadataNext: 'more' })
    }
    const { client, sent } = clientOf([page], { totalTimeout: 500 })
    const error = errorOf(client.getPipelineRun('nightly'))
    await vi.advanceTimersByTimeAsync(500)
    expect(await error).toMatchObject({ name: 'TimeoutError', code: 'timed_out' })
    expect(sent).toHaveLength(3)
  })

  test('can be set by options', async () => {
    const { client, sent } = clientOf([silence], { timeout: 100, totalTimeout: 250 })
    const error = errorOf(client.getPipelineRun('nightly'))
    await vi.advanceTimersByTimeAsync(250)
    expect(await error).toMatchObject({ name: 'TimeoutError', attempts: 3, requestId: undefined, status: undefined })
    expect(sent).toHaveLength(3)
  })

  test('can be disabled by Infinity', async () => {
    const { client, sent } = clientOf([silence], { timeout: Infinity, totalTimeout: Infinity })
    void errorOf(client.getPipelineRun('nightly'))
    await vi.advanceTimersByTimeAsync(86_400_000)
    expect(sent).toHaveLength(1)
  })

  test('name the earlier failure as the cause', async () => {
    const { client } = clientOf([refusal('store_unavailable'), silence], { totalTimeout: 1000 })
    const error = errorOf(client.getPipelineRun('nightly'))
    await vi.advanceTimersByTimeAsync(1000)
    expect(await error).toMatchObject({ name: 'TimeoutError', cause: { name: 'StoreUnavailableError' } })
  })

  test('leave no timer and no listener after a call', async () => {
    const { client } = clientOf([refusal('internal'), receipt()])
    const { signal } = new AbortController()
    const added = vi.spyOn(signal, 'addEventListener')
    const removed = vi.spyOn(signal, 'removeEventListener')
    const call = client.run('nightly').logMetadata({ metadata, signal })
    await vi.runAllTimersAsync()
    await call
    expect(vi.getTimerCount()).toBe(0)
    expect(added.mock.calls.length).toBeGreaterThan(0)
    expect(removed.mock.calls).toEqual(added.mock.calls)
  })
})

describe("the caller's signal", () => {
  test('prevents a call if it is already aborted', async () => {
    const { client, sent } = clientOf([receipt()])
    const error = await errorOf(client.run('nightly').logMetadata({ metadata, signal: AbortSignal.abort('shutdown') }))
    expect(error).toMatchObject({
      name: 'AbortError',
      code: 'aborted',
      cause: 'shutdown',
      attempts: 0,
      retryable: false,
    })
    expect(sent).toHaveLength(0)
  })

  test('ends a request, and prevents retries', async () => {
    const { client, sent } = clientOf([silence])
    const controller = new AbortController()
    const error = errorOf(client.getPipelineRun('nightly', { signal: controller.signal }))
    await vi.advanceTimersByTimeAsync(10)
    controller.abort('shutdown')
    expect(await error).toMatchObject({ name: 'AbortError', cause: 'shutdown', attempts: 1 })
    expect(sent).toHaveLength(1)
    expect(sent[0]?.signal.aborted).toBe(true)
  })

  test('ends the wait before a retry', async () => {
    const { client, sent } = clientOf([refusal('rate_limited', {}, { 'retry-after': '30' })])
    const controller = new AbortController()
    const error = errorOf(client.createRun({ name: 'nightly' }, { signal: controller.signal }))
    await vi.advanceTimersByTimeAsync(10)
    controller.abort('shutdown')
    expect(await error).toMatchObject({ name: 'AbortError', attempts: 1 })
    expect(sent).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
  })
})
