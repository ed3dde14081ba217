import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { dashboardFrom } from '@runmeta/api/dashboard/folder'
import { serve } from '@runmeta/local/serve'
import { Client } from '@runmeta/sdk'
import { chromium, type Page } from 'playwright-core'
import { buildServer } from '../scripts/server.ts'
import { buildWeb, WEB_FOLDER } from '../scripts/web.ts'
import { chromiumOptions } from '../test/support/chromium.ts'

/** `npm run bench:web [runs]`: measures the dashboard with 10,000 runs, or the given number, in a real Chromium. */

const RUNS = Number(process.argv[2] ?? 10_000)
const AT_ONCE = 100
const KEYS = 10_000
/** If more milliseconds than this lie between two frames, a frame was dropped, at 60 a second. */
const FRAME_MS = 25
const ROW_PX = 37
/** The frames of scrolling: 10,000 rows, at 10 rows a frame. */
const FRAMES = 1000

async function fill(client: Client): Promise<void> {
  for (let from = 0; from < RUNS; from += AT_ONCE) {
    await Promise.all(
      Array.from({ length: AT_ONCE }, async (_, at) => {
        const run = await client.createRun({ name: `run-${from + at}`, pipeline: `pipeline-${at % 7}` })
        await run.logMetadata({ metadata: { metrics: { accuracy: ((from + at) % 997) / 997, loss: 1 / (1 + at) } } })
      }),
    )
  }
  const large = await client.createRun({ name: 'large' })
  await large.logMetadata({
    metadata: Object.fromEntries(Array.from({ length: KEYS }, (_, index) => [`key ${index}`, index])),
  })
}

/** Measures an action. @returns milliseconds */
async function timed(act: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await act()
  return Math.round(performance.now() - started)
}

/** A text, because the transpiler adds helpers to functions that the page does not have. */
const SCROLL = `(pixels) => new Promise((resolve) => {
  const list = document.querySelector('section.scroller')
  const frames = []
  let before = performance.now()
  let still = 0
  const step = (now) => {
    frames.push(now - before)
    before = now
    const at = list.scrollTop
    list.scrollBy(0, pixels)
    // More rows may be loading: the end is reached if nothing has moved for a while.
    still = list.scrollTop === at ? still + 1 : 0
    if (still > 60 || frames.length === ${FRAMES}) resolve(frames.slice(0, frames.length - still))
    else requestAnimationFrame(step)
  }
  requestAnimationFrame(step)
})`

/** Scrolls the list by up to 10,000 rows, ten a frame. @returns the time of the frames, and of the page's own work in them */
async function scroll(page: Page, what: string, rows: number): Promise<void> {
  const session = await page.context().newCDPSession(page)
  // The CPU time of the thread, so that other load on the machine is not counted.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const worked = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics')
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000
  }
  const before = await worked()
  const frames: number[] = await page.evaluate(`(${SCROLL})(${rows * ROW_PX})`)
  const work = ((await worked()) - before) / frames.length
  const dropped = frames.filter((ms) => ms > FRAME_MS).length
  const longest = Math.round(Math.max(...frames))
  console.log(
    `${what}: ${frames.length} frames, ${dropped} over ${FRAME_MS} ms, the longest ${longest} ms; ${work.toFixed(1)} ms of work in each`,
  )
  await session.detach()
}

const directory = await mkdtemp(join(tmpdir(), 'runmeta-bench-'))
await Promise.all([buildServer(), buildWeb()])
const dashboard = dashboardFrom(pathToFileURL(`${WEB_FOLDER}/`))
const server = await serve({ directory, host: '127.0.0.1', port: 0, tableName: 'runmeta', dashboard })
const browser = await chromium.launch(await chromiumOptions())
try {
  const { key } = server.rootKey
  console.log(`${RUNS} runs made in ${await timed(() => fill(new Client({ url: server.url, apiKey: key })))} ms`)
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  const row = page.locator('table.runs tbody tr[aria-rowindex]').first()
  const first = await timed(async () => {
    await page.goto(`${server.url}/#key=${key}`)
    await row.waitFor()
  })
  console.log(`first run seen after ${first} ms`)
  const found = await timed(async () => {
    await page.getByRole('combobox').fill('/metrics/accuracy >= 0.999')
    await page
      .getByText('No run matches')
      .or(page.getByText(/^\d+ runs?/))
      .first()
      .waitFor()
  })
  console.log(`a search after ${found} ms`)
  await page.getByRole('combobox').fill('')
  await row.waitFor()
  await scroll(page, '10 rows a frame, which are read meanwhile', 10)
  await scroll(page, 'back up', -10)
  await scroll(page, 'down again, all of them read', 10)
  const opened = await timed(async () => {
    await page.goto(`${server.url}/#/runs/large`)
    await page.locator('.card').first().waitFor()
  })
  console.log(`a run of ${KEYS} keys open after ${opened} ms`)
} finally {
  await browser.close()
  await server.stop()
  await rm(directory, { recursive: true })
}
