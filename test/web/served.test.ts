import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { useServers } from '../local/server.ts'
import { type Served, serveFunction } from './support/served.ts'
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

  it('is served by npm start, opens signed in with the link, and works', async () => {
    const { url } = await servers.start()
    await expectTour(await newPage(), url, (await readFile(join(servers.data(), 'key'), 'utf8')).trim())
  })

  it('is disabled by RUNMETA_DASHBOARD=off', async () => {
    const { url } = await servers.start({ env: { RUNMETA_DASHBOARD: 'off' } })
    const page = await newPage()
    for (const path of ['/', '/assets/main-00000000.js']) {
      const reply = await page.request.get(url + path)
      expect([reply.status(), (await reply.json()).code]).toEqual([404, 'not_found'])
    }
    expect((await servers.call(url, '/v1/runs')).status).toBe(200)
  })

  it('refuses other values of RUNMETA_DASHBOARD', async () => {
    expect(await servers.fail({ env: { RUNMETA_DASHBOARD: 'no' } })).toEqual({
      code: 1,
      message: expect.stringContaining('RUNMETA_DASHBOARD must be on or off'),
    })
  })

  it('refuses unknown paths like the API', async () => {
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

describe('the dashboard on AWS', () => {
  let served: Served | undefined
  afterAll(() => served?.stop())

  it('is served by the function, from files beside it, and works', async () => {
    served = await serveFunction()
    await expectTour(await newPage(), served.url, served.rootKey)
  })
})
