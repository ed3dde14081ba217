import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Environment } from '../bundle/environment.ts'
import { close, listen } from '../bundle/socket.ts'
import { makeSubject, type Subject } from '../bundle/subject.ts'
import { httpApiEvent } from '../lambda/events.ts'
import { useServers } from '../local/server.ts'
import { ROOT_KEY } from '../support/secrets.ts'
import { expectTour } from './support/tour.ts'

let browser: Browser | undefined
beforeAll(async () => {
  const endpoint = await (await fetch(inject('browser'))).text()
  browser = await chromium.connect(endpoint)
})
afterAll(() => browser?.close())
afterEach(async () => {
  for (const context of browser?.contexts() ?? []) await context.close()
})

async function newPage(): Promise<Page> {
  if (browser === undefined) throw new Error('no browser')
  return (await browser.newContext()).newPage()
}

describe('the dashboard on one machine', () => {
  const servers = useServers()

  it('is served by what npm start runs, opens signed in by the link, and does all that it is for', async () => {
    const { url } = await servers.start()
    await expectTour(await newPage(), url, (await readFile(join(servers.data(), 'key'), 'utf8')).trim())
  })

  it('is left out where RUNMETA_DASHBOARD is off', async () => {
    const { url } = await servers.start({ env: { RUNMETA_DASHBOARD: 'off' } })
    const page = await newPage()
    for (const path of ['/', '/assets/main-00000000.js']) {
      const reply = await page.request.get(url + path)
      expect([reply.status(), (await reply.json()).code]).toEqual([404, 'not_found'])
    }
    expect((await servers.call(url, '/v1/runs')).status).toBe(200)
  })

  it('takes no other word for that', async () => {
    expect(await servers.fail({ env: { RUNMETA_DASHBOARD: 'no' } })).toEqual({
      code: 1,
      message: expect.stringContaining('RUNMETA_DASHBOARD must be on or off'),
    })
  })

  it('answers what there is not as the API does', async () => {
    const { url } = await servers.start()
    const { request } = await newPage()
    for (const [path, status, code] of [
      ['/assets/none-00000000.js', 404, 'not_found'],
      ['/assets/index.html', 404, 'not_found'],
      ['/assets/..%2f..%2fmain.js', 404, 'not_found'],
      ['/?view=x', 400, 'bad_request'],
    ] as const) {
      const reply = await request.get(url + path)
      expect([path, reply.status(), (await reply.json()).code]).toEqual([path, status, code])
    }
    const posted = await request.post(`${url}/`)
    expect([posted.status(), posted.headers().allow]).toEqual([405, 'GET, HEAD'])
    const { etag = '' } = (await request.get(`${url}/`)).headers()
    expect((await request.get(`${url}/`, { headers: { 'if-none-match': etag } })).status()).toBe(304)
  })
})

/** Stands for an HTTP API: events to the function, one at a time, and what comes of them back. */
function gateway(environment: Environment): Server {
  let turn: Promise<unknown> = Promise.resolve()
  const answer = async (incoming: IncomingMessage) => {
    const { pathname, search } = new URL(incoming.url ?? '/', 'http://gateway')
    const body = Buffer.concat(await incoming.toArray()).toString()
    const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]))
    const event = httpApiEvent({
      method: incoming.method ?? 'GET',
      rawPath: pathname,
      rawQueryString: search.slice(1),
      headers,
      ...(body === '' ? {} : { body }),
    })
    const mine = turn.then(() => environment.invoke(event))
    turn = mine.catch(() => undefined)
    return mine
  }
  return createServer((incoming, outgoing) => {
    void answer(incoming).then(
      ({ statusCode, headers, body, isBase64Encoded }) =>
        outgoing
          .writeHead(statusCode, { ...headers })
          .end(isBase64Encoded ? Buffer.from(body, 'base64') : Buffer.from(body)),
      () => outgoing.destroy(),
    )
  })
}

describe('the dashboard on AWS', () => {
  let subject: Subject | undefined
  let server: Server | undefined
  afterAll(async () => {
    if (server !== undefined) await close(server)
    await subject?.stop()
  })

  it('is served by the function, from files beside it, and does all that it is for', async () => {
    subject = await makeSubject(process.execPath)
    server = gateway(await subject.start())
    await expectTour(await newPage(), `http://${await listen(server)}`, ROOT_KEY)
  })
})
