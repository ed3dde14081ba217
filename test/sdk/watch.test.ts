import { Client } from '@runmeta/sdk'
import { describe, expect, test } from 'vitest'
import { ROOT_KEY, testApp } from '../support/app.ts'
import { type Answer, all, clientOf, errorOf, json, RUN, refusal } from './stub.ts'

const state = (tag: string, more: object = {}): Answer =>
  json({ ...RUN, metadata: {}, types: {}, steps: {}, ...more }, 200, { etag: `"${tag}"` })
const unchanged: Answer = () => new Response(null, { status: 304 })
const interval = 0

describe('watch', () => {
  test('yields the run now and after every change, until it has ended', async () => {
    const { client, sent } = clientOf([
      state('1', { metadata: { n: 1 } }),
      unchanged,
      unchanged,
      state('2', { metadata: { n: 2 } }),
      state('3', { metadata: { n: 2 }, status: 'completed' }),
    ])
    const seen: unknown[] = []
    for await (const run of client.watch<{ n: number }>('nigh', { interval }))
      seen.push([run.status, run.runMetadata.n])
    expect(seen).toEqual([
      ['running', 1],
      ['running', 2],
      ['completed', 2],
    ])
    expect(sent.map(({ path, headers }) => [path, headers['if-none-match']])).toEqual([
      ['/v1/runs/nigh', undefined],
      [`/v1/runs/${RUN.id}`, '"1"'],
      [`/v1/runs/${RUN.id}`, '"1"'],
      [`/v1/runs/${RUN.id}`, '"1"'],
      [`/v1/runs/${RUN.id}`, '"2"'],
    ])
  })

  test('yields a run that has ended once', async () => {
    const { client, sent } = clientOf([state('1', { status: 'failed' })])
    const seen: unknown[] = []
    for await (const run of client.watch('nightly', { interval })) seen.push(run.status)
    expect(seen).toEqual(['failed'])
    expect(sent).toHaveLength(1)
  })

  test('ends with the signal, during a wait or a request', async () => {
    const controller = new AbortController()
    const { client, sent } = clientOf([state('1'), () => new Promise(() => {})])
    const { signal } = controller
    let seen = 0
    for await (const _ of client.watch('nightly', { interval: 3_600_000, signal })) {
      seen++
      setTimeout(() => controller.abort())
    }
    for await (const _ of client.watch('nightly', { interval, signal: AbortSignal.abort() })) seen++
    expect(seen).toBe(1)
    expect(sent).toHaveLength(1)

    const requesting = new AbortController()
    const unanswered: Answer = () => {
      requesting.abort()
      return new Promise(() => {})
    }
    const watching = clientOf([state('1'), unanswered]).client.watch('nightly', { interval, signal: requesting.signal })
    expect(await all(watching)).toHaveLength(1)
  })

  test('fails if the run is deleted meanwhile, or never existed', async () => {
    const { client } = clientOf([state('1'), refusal('run_not_found')])
    const watching = client.watch('nightly', { interval })
    await watching.next()
    expect(await errorOf(watching.next())).toMatchObject({ name: 'RunNotFoundError' })
  })

  test('refuses an invalid interval', async () => {
    const { client } = clientOf([state('1')])
    expect(await errorOf(client.watch('nightly', { interval: -1 }).next())).toMatchObject({ name: 'BadRequestError' })
  })

  test('sees the logs of other clients, over the real API', async () => {
    const { fetch } = await testApp()
    const client = new Client({
      url: 'http://runmeta.test',
      apiKey: ROOT_KEY,
      fetch: async (url, request) => {
        const reply = await fetch(url, request)
        if (reply.status === 304) await run.update({ status: 'completed' })
        return reply
      },
    })
    const run = await client.createRun({ pipeline: 'watched' })
    const seen: unknown[] = []
    for await (const { status, runMetadata } of run.watch<{ n?: number }>({ interval })) {
      seen.push([status, runMetadata.n])
      if (runMetadata.n === undefined) await run.logMetadata({ metadata: { n: 1 } })
    }
    expect(seen).toEqual([
      ['running', undefined],
      ['running', 1],
      ['completed', 1],
    ])
  })
})
