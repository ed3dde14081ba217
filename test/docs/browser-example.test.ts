import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '@runmeta/local/serve'
import { Client, uri } from '@runmeta/sdk'
import { build } from 'esbuild'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listen } from '../bundle/socket.ts'
import { chromiumOptions } from '../support/chromium.ts'

const FOLDER = new URL('../../examples/browser/', import.meta.url).pathname

let folder: string
let page: Server
let origin: string
let serving: Awaited<ReturnType<typeof serve>>
let browser: Browser
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runmeta-page-'))
  const { outputFiles } = await build({
    entryPoints: [join(FOLDER, 'page.ts')],
    bundle: true,
    format: 'esm',
    write: false,
  })
  const html = await readFile(join(FOLDER, 'page.html'), 'utf8')
  page = createServer(({ url }, reply) => {
    const isScript = url === '/page.js'
    reply.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    reply.end(isScript ? outputFiles[0]?.text : html)
  })
  origin = `http://${await listen(page)}`
  const options = { host: '127.0.0.1', port: 0, tableName: 'runmeta', origins: [origin] }
  serving = await serve({ directory: folder, ...options })
  browser = await chromium.launch(await chromiumOptions())
})
afterAll(async () => {
  await browser?.close()
  page?.close()
  await serving?.stop()
  await rm(folder, { recursive: true })
})

it('a page of another origin reads a run, shows values as text, and follows it to its end', async () => {
  const { url, rootKey } = serving
  const client = new Client({ url, apiKey: rootKey.key })
  const run = await client.createRun({ name: 'shown' })
  await run.logMetadata({
    metadata: { large: 2n ** 63n, dataset: uri('s3://b/k'), text: '<img src=x onerror=alert(1)>' },
  })
  const { key } = await client.createKey({ role: 'read' })
  const opened = await browser.newPage()
  await opened.goto(`${origin}/#${new URLSearchParams({ url, key, run: 'shown' })}`)
  await opened.getByText('shown: running').waitFor()
  const cells = await opened.locator('td').allTextContents()
  expect(cells).toEqual([
    'large',
    '9223372036854775808',
    'dataset',
    's3://b/k',
    'text',
    '"<img src=x onerror=alert(1)>"',
  ])
  await run.update({ status: 'completed' })
  await opened.getByText('shown: completed').waitFor()
})
