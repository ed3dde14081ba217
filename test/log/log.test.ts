import { PassThrough, Writable } from 'node:stream'
import type { Answered } from '@runmeta/api/answered'
import { requestLog } from '@runmeta/local/log'
import { describe, expect, it } from 'vitest'
import { refusalOf, testApp } from '../support/app.ts'

const SECRET = 'hunter2-hunter2'

describe('the request log', () => {
  it('contains id, pattern, status, time, project and key, and nothing from the caller', async () => {
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
      { ...common, ...by, method: 'GET', route: '/v1/runs/:run', status: 400, code: 'bad_request' },
      { ...common, method: 'GET', route: '/v1/runs/:run/history', status: 401, code: 'unauthorized' },
      { ...common, method: 'GET', route: '/*', status: 404, code: 'not_found' },
      { ...common, method: 'other', route: '/v1/limits', status: 405, code: 'method_not_allowed' },
    ])
    expect(JSON.stringify(told)).not.toContain(SECRET)
  })

  it('also contains the detail of a refusal', async () => {
    const details: (string | undefined)[] = []
    const app = await testApp({ onResponse: (_, detail) => void details.push(detail) })
    const { detail } = await refusalOf(app.request('/v1/runs/no-such-run'), 404, 'run_not_found')
    await app.request('/v1/limits')
    expect(details).toEqual([detail, undefined])
  })

  it('names the route of each call', async () => {
    const told: Answered[] = []
    const app = await testApp({ onResponse: (request) => void told.push(request) })
    for (const { method, path } of app.routes) {
      await app.app.request(path.replaceAll(/:\w+(\{[^}]*\})?/g, 'x'), { method })
      expect(told.at(-1)).toMatchObject({ method, route: path.replace(/\{.*?\}/, '') })
    }
    expect(told.some(({ route }) => route === '/v1/runs/search')).toBe(true)
  })

  it.each([
    ['GET', '/v1/runs/search', '/v1/runs/:run'],
    ['HEAD', '/v1/runs/x', '/v1/runs/:run'],
    ['PUT', '/v1/runs/search', '/v1/runs/search'],
    ['PUT', '/v1/runs/x/history', '/v1/runs/*/history'],
    ['GET', '/v1/runs/x/nothing', '/v1/runs/*/*'],
    ['GET', '/v2/runs/x', '/*/runs/*'],
    ['GET', '/', '/'],
    ['GET', `/a${'/b'.repeat(100)}`, '/*/*/*/*/*/*/*/*'],
  ])('names the route of %s %s: %s', async (method, path, route) => {
    const told: Answered[] = []
    const app = await testApp({ onResponse: (request) => void told.push(request) })
    await app.request(path, { method })
    expect(told).toEqual([expect.objectContaining({ route })])
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

  it('is a line of JSON for each request', () => {
    const stream = new PassThrough()
    requestLog({ stream, isTerminal: false })(REQUEST)
    expect(linesOf(stream).map((line) => JSON.parse(line))).toEqual([
      { ...REQUEST, time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) },
    ])
  })

  it('is text on a terminal, and only about refused requests', () => {
    const stream = new PassThrough()
    const log = requestLog({ stream, isTerminal: true })
    log(REQUEST)
    log({ ...REQUEST, status: 404, code: 'run_not_found' }, 'run: none has this name')
    const line = 'GET /v1/runs/:run 404 1.5 ms root an-id run_not_found run: none has this name'
    expect(linesOf(stream).map((text) => text.replace(/^\d\d:\d\d:\d\d\.\d{3}Z /, ''))).toEqual([line])
  })

  it('does not pass control characters to a terminal', () => {
    const stream = new PassThrough()
    requestLog({ stream, isTerminal: true })(
      { ...REQUEST, status: 400, code: 'bad_request' },
      'a\u001b[2J\u009b\nb: is',
    )
    expect(linesOf(stream)).toEqual([expect.stringMatching(/ bad_request a\?\[2J\?\?b: is$/)])
  })

  it('contains the code of a refusal, and in JSON not its detail', () => {
    const stream = new PassThrough()
    const refused: Answered = { ...REQUEST, status: 404, code: 'run_not_found' }
    requestLog({ stream, isTerminal: false })(refused, 'run: none has this name')
    expect(linesOf(stream).map((line) => JSON.parse(line))).toEqual([{ ...refused, time: expect.any(String) }])
  })

  it.each([
    ['all', 2],
    ['refused', 1],
    ['none', 0],
  ] as const)('at level %s has %i lines for one accepted and one refused request', (level, count) => {
    for (const isTerminal of [true, false]) {
      const stream = new PassThrough()
      const log = requestLog({ stream, isTerminal, level })
      log(REQUEST)
      log({ ...REQUEST, status: 429 })
      expect(linesOf(stream)).toHaveLength(count)
    }
  })

  it('drops lines that nobody reads, and counts them', () => {
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

  it('stops when its reader is gone, and throws nothing', () => {
    const stream = new PassThrough()
    const log = requestLog({ stream, isTerminal: false })
    stream.destroy(new Error('EPIPE'))
    log(REQUEST)
  })
})
