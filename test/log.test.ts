import { PassThrough, Writable } from 'node:stream'
import type { Answered } from '@runmeta/api/answered'
import { requestLog } from '@runmeta/local/log'
import { describe, expect, it } from 'vitest'
import { testApp } from './support/app.ts'

const SECRET = 'hunter2-hunter2'

describe('what is told of a request', () => {
  it('is its id, pattern, status, time, project and key, and nothing that the caller said', async () => {
    const told: Answered[] = []
    const app = await testApp({ onResponse: (request) => void told.push(request) })
    await app.send('POST', '/v1/runs', `{"name":"${SECRET}"}`, { 'x-request-id': 'mine' })
    await app.send('POST', `/v1/runs/${SECRET}/metadata`, `{"metadata":{"${SECRET}":"${SECRET}"}}`)
    await app.request(`/v1/runs/${SECRET}?${SECRET}=${SECRET}`)
    await app.request(`/v1/runs/${SECRET}/history?key=${SECRET}`, { headers: { authorization: `Bearer ${SECRET}` } })
    await app.request(`/${SECRET}`)
    await app.request('/v1/limits', { method: SECRET })
    const by = { project: 'default', key: 'root' }
    const common = { requestId: expect.any(String), duration: expect.any(Number) }
    expect(told).toEqual([
      { ...common, ...by, requestId: 'mine', method: 'POST', route: '/v1/runs', status: 201 },
      { ...common, ...by, method: 'POST', route: '/v1/runs/:run/metadata', status: 201 },
      { ...common, ...by, method: 'GET', route: '/v1/runs/:run', status: 400 },
      { ...common, method: 'GET', route: '/v1/runs/:run/history', status: 401 },
      { ...common, method: 'GET', route: '/*', status: 404 },
      { ...common, method: 'other', route: '/v1/limits', status: 405 },
    ])
    expect(JSON.stringify(told)).not.toContain(SECRET)
  })
})

const REQUEST: Answered = {
  requestId: 'an-id',
  method: 'GET',
  route: '/v1/runs/:run',
  status: 200,
  duration: 1.5,
  project: 'default',
  key: 'root',
}

describe('the log of one machine', () => {
  const linesOf = (stream: PassThrough): string[] =>
    String(stream.read() ?? '')
      .split('\n')
      .slice(0, -1)

  it('is a line of JSON a request', () => {
    const stream = new PassThrough()
    requestLog({ stream, isTerminal: false })(REQUEST)
    expect(linesOf(stream).map((line) => JSON.parse(line))).toEqual([
      { ...REQUEST, time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) },
    ])
  })

  it('is text on a terminal, of what was refused', () => {
    const stream = new PassThrough()
    const log = requestLog({ stream, isTerminal: true })
    log(REQUEST)
    log({ ...REQUEST, status: 404 })
    expect(linesOf(stream)).toEqual([
      expect.stringMatching(/^\d\d:\d\d:\d\d\.\d{3}Z GET \/v1\/runs\/:run 404 1\.5 ms root an-id$/),
    ])
  })

  it.each([
    ['all', 2],
    ['refused', 1],
    ['none', 0],
  ] as const)('has, at %s, %i of one request taken and one refused', (level, count) => {
    for (const isTerminal of [true, false]) {
      const stream = new PassThrough()
      const log = requestLog({ stream, isTerminal, level })
      log(REQUEST)
      log({ ...REQUEST, status: 429 })
      expect(linesOf(stream)).toHaveLength(count)
    }
  })

  it('leaves out lines that nobody reads, and says how many', () => {
    const waiting: (() => void)[] = []
    const texts: string[] = []
    const stream = new Writable({
      write(chunk, _, done) {
        texts.push(String(chunk))
        waiting.push(done)
      },
    })
    const log = requestLog({ stream, isTerminal: false })
    for (let n = 0; n < 10_000; n++) log(REQUEST)
    expect(stream.writableLength).toBeLessThan(1.1 * 1024 * 1024)
    while (waiting.length > 0) waiting.shift()?.()
    expect(stream.writableLength).toBe(0)
    const kept = texts.length
    log(REQUEST)
    expect(JSON.parse(texts.at(-1) ?? '')).toMatchObject({ dropped: 10_000 - kept })
  })

  it('ends where its reader is gone, and the server goes on', () => {
    const stream = new PassThrough()
    const log = requestLog({ stream, isTerminal: false })
    stream.destroy(new Error('EPIPE'))
    log(REQUEST)
  })
})
