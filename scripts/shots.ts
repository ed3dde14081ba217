import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { dashboardFrom } from '@runmeta/api/dashboard/folder'
import { serve } from '@runmeta/local/serve'
import { Client, type HistoryEntry } from '@runmeta/sdk'
import { chromium, type Page } from 'playwright-core'
import { chromiumOptions } from '../test/support/chromium.ts'
import { buildServer } from './server.ts'
import { seed } from './shots/seed.ts'
import { buildWeb, WEB_FOLDER } from './web.ts'

/** `npm run web:shots`: takes pictures of each page for dist/shots, and those of the README for docs/pictures. `-- <name>` takes only that page. */

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SIZES = [
  { size: 'wide', width: 1440, height: 900 },
  { size: 'phone', width: 375, height: 812 },
] as const
const SCHEMES = ['light', 'dark'] as const

/** Pages that the README shows, on a wide screen. */
const TOUR = ['runs', 'run', 'parallel']

const only = process.argv[2]

/** The newest logs of a run's loss. */
async function logsOf(client: Client, run: string): Promise<readonly HistoryEntry[]> {
  const entries: HistoryEntry[] = []
  for await (const entry of client.history(run, 'loss')) entries.push(entry)
  return entries.slice(20, 22)
}

const directory = await mkdtemp(join(tmpdir(), 'runmeta-shots-'))
await Promise.all([buildServer(), buildWeb()])
const server = await serve({
  directory,
  host: '127.0.0.1',
  port: 0,
  tableName: 'runmeta',
  dashboard: dashboardFrom(new URL(`file://${WEB_FOLDER}/`)),
})
try {
  const key = server.rootKey.key
  const client = new Client({ url: server.url, apiKey: key })
  const { rich, compared } = await seed(client)
  const { key: empty } = await client.createKey({ role: 'read', project: 'empty' })
  const runs = compared.map((id) => `run=${id}`).join('&')
  const pages: Readonly<Record<string, string>> = {
    runs: '#/',
    ticked: `#/?${compared
      .slice(0, 3)
      .map((id) => `tick=${id}`)
      .join('&')}`,
    search: '#/?q=%2Fmetrics%2Faccuracy+%3E%3D+0.9',
    mistake: '#/?q=%2Fmetrics%2Faccuracy+%3E%3D+high',
    nothing: '#/?q=%2Fmetrics%2Faccuracy+%3E+2',
    run: `#/runs/${rich}`,
    step: `#/runs/${rich}?step=evaluate`,
    history: `#/runs/${rich}/history?key=loss`,
    compare: `#/compare?${runs}`,
    parallel: `#/compare?${runs}&view=parallel`,
    scatter: `#/compare?${runs}&view=scatter`,
    histories: `#/compare?${runs}&view=histories&key=%2Floss`,
    keys: '#/keys',
    missing: '#/runs/nothing-is-called-so',
  }
  const [latest, before] = await logsOf(client, rich)
  const history = `#/runs/${rich}/history?key=loss`
  const acts: Readonly<Record<string, readonly [hash: string, act: (page: Page) => Promise<unknown>]>> = {
    sides: [`${history}&a=${before?.log}&b=${latest?.log}`, async () => undefined],
    asof: [`#/runs/${rich}?at=${before?.createdAt}`, async () => undefined],
    columns: ['#/', (page) => page.getByRole('button', { name: 'Columns' }).click()],
    suggestions: ['#/', (page) => page.getByRole('combobox').fill('/metrics')],
    help: ['#/', (page) => page.keyboard.press('?')],
    account: ['#/', (page) => page.getByRole('button', { name: 'root key' }).click()],
    deleting: [`#/runs/${rich}`, (page) => page.getByRole('button', { name: 'Delete…' }).click()],
    newkey: ['#/keys', (page) => page.getByRole('button', { name: 'New key' }).click()],
    empty: [`#key=${empty}`, (page) => page.getByText('No runs yet').waitFor()],
  }
  const browser = await chromium.launch(await chromiumOptions())
  await mkdir(join(ROOT, 'dist/shots'), { recursive: true })
  await mkdir(join(ROOT, 'docs/pictures'), { recursive: true })
  for (const { size, width, height } of SIZES) {
    for (const colorScheme of SCHEMES) {
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme,
        deviceScaleFactor: 1,
        hasTouch: size === 'phone',
      })
      const page = await context.newPage()
      page.on('console', (message) => message.type() === 'error' && console.error(message.text()))
      page.on('pageerror', (error) => console.error(error.message))
      if (only === undefined || only === 'signin') {
        await page.goto(server.url)
        await page.screenshot({ path: join(ROOT, `dist/shots/signin-${size}-${colorScheme}.png`) })
      }
      await page.goto(`${server.url}/#key=${key}`)
      await page.getByRole('button', { name: 'root key' }).waitFor()
      for (const [name, hash] of Object.entries(pages)) {
        if (only !== undefined && only !== name) continue
        await page.goto(`${server.url}/${hash}`)
        await page.waitForLoadState('networkidle')
        await page.waitForTimeout(700)
        await page.screenshot({ path: join(ROOT, `dist/shots/${name}-${size}-${colorScheme}.png`) })
        if (size === 'wide' && TOUR.includes(name))
          await page.screenshot({ path: join(ROOT, `docs/pictures/${name}-${colorScheme}.png`) })
      }
      for (const [name, [hash, act]] of Object.entries(acts)) {
        if (only !== undefined && only !== name) continue
        await page.goto(`${server.url}/${hash}`)
        // Undoes what the page before it did.
        await page.reload()
        await page.waitForLoadState('networkidle')
        await act(page)
        await page.waitForTimeout(300)
        await page.screenshot({ path: join(ROOT, `dist/shots/${name}-${size}-${colorScheme}.png`) })
        await page.keyboard.press('Escape')
      }
      await context.close()
    }
  }
  await browser.close()
} finally {
  await server.stop()
  await rm(directory, { recursive: true })
}
