import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { useDashboard } from './support/dashboard.ts'
import { logTimes } from './support/large.ts'

const values = (page: Page) => page.locator('table.history tbody td.history-value')

/** Tells the page whether it is hidden, as the browser does when another tab is shown. */
const hide = (page: Page, isHidden: boolean): Promise<void> =>
  page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, value: hidden })
    document.dispatchEvent(new Event('visibilitychange'))
  }, isHidden)

describe('the history of a running run', () => {
  const dashboard = useDashboard()

  it('shows new logs until the run ends', async () => {
    const { page, client, go } = await dashboard.open({ before: (caller) => caller.createRun({ name: 'live' }) })
    const log = (loss: number) => client.run('live').logMetadata({ metadata: { loss } })
    await go('#/runs/live/history?key=loss')
    await page.getByText('No log of this run contains this key').waitFor()
    await log(3)
    await expect.poll(() => values(page).allInnerTexts()).toEqual(['3'])
    await log(2)
    await page.getByRole('img', { name: 'loss over time: 2 numbers, the latest 2' }).waitFor()
    expect(await values(page).allInnerTexts()).toEqual(['2', '3'])
    await page.getByText('following').waitFor()
    await client.updateRun('live', { status: 'completed' })
    await expect.poll(() => page.getByText('following').count()).toBe(0)
  })

  it('keeps the place of the reader, the chosen sides and the zoom', async () => {
    const { page, client, go } = await dashboard.open({
      before: async (caller) => {
        const run = await caller.createRun({ name: 'live' })
        await logTimes(caller, run.id, 1200, (n) => ({ metadata: { n } }))
      },
    })
    await go('#/runs/live/history?key=n&axis=log')
    await page.getByText('1,200 logs').waitFor()
    await page.getByLabel('Side A: log 1200', { exact: true }).check()
    const list = page.getByRole('region', { name: 'Logs, newest first' })
    await list.evaluate((element) => element.scrollTo(0, 20_000))
    const row = page.getByRole('row').filter({ has: page.getByLabel('Side B: log 660', { exact: true }) })
    await row.waitFor()
    const before = await row.boundingBox()
    const plot = await page.locator('.u-over').boundingBox()
    if (plot === null) throw new Error('no plot')
    const hover = async (): Promise<string> => {
      await page.mouse.move(plot.x + plot.width / 2, plot.y + 20)
      await page.mouse.move(plot.x + 1, plot.y + 20)
      return page.locator('.u-legend .u-value').first().innerText()
    }
    await page.mouse.move(plot.x + plot.width / 2, plot.y + 20)
    await page.mouse.down()
    await page.mouse.move(plot.x + plot.width * 0.75, plot.y + 20, { steps: 4 })
    await page.mouse.up()
    await expect.poll(hover).toMatch(/^(?:599|60\d)$/)

    await logTimes(client, 'live', 100, (n) => ({ metadata: { n } }))
    await page.getByText('1,300 logs').waitFor()
    await page.getByRole('img', { name: 'n over its logs: 1300 numbers' }).waitFor()
    await expect.poll(() => row.boundingBox()).toEqual(before)
    await expect.poll(hover).toMatch(/^(?:599|60\d)$/)
    await list.evaluate((element) => element.scrollTo(0, 0))
    await page.getByLabel('Side A: log 1300', { exact: true }).waitFor()
    await list.evaluate((element) => element.scrollTo(0, 3700))
    expect(await page.getByLabel('Side A: log 1200', { exact: true }).isChecked()).toBe(true)
  })

  it('keeps the plot of a number that a new log does not contain', async () => {
    const { page, client, go } = await dashboard.open({
      before: async (caller) => {
        const run = await caller.createRun({ name: 'live' })
        for (const loss of [3, 2]) await run.logMetadata({ metadata: { metrics: { loss } } })
      },
    })
    await go('#/runs/live/history?key=metrics')
    await page.getByRole('img', { name: 'metrics/loss over time: 2 numbers, the latest 2' }).waitFor()
    await client.run('live').logMetadata({ metadata: { metrics: { accuracy: 0.5 } } })
    await page.getByText('3 logs').waitFor()
    await page.getByRole('img', { name: 'metrics/loss over time: 2 numbers, the latest 2' }).waitFor()
    await page.getByRole('combobox', { name: 'Number' }).selectOption('/accuracy')
    await page.getByText('Fewer than two of these logs have this number.').waitFor()
    await page.getByRole('combobox', { name: 'Number' }).selectOption('/loss')
    await page.getByRole('img', { name: 'metrics/loss over time: 2 numbers, the latest 2' }).waitFor()
  })

  it('reads nothing while the page is hidden', async () => {
    const { page, client, go } = await dashboard.open({
      before: async (caller) => {
        const run = await caller.createRun({ name: 'live' })
        await run.logMetadata({ metadata: { n: 1 } })
      },
    })
    await page.clock.install()
    await go('#/runs/live/history?key=n')
    await page.getByText('following').waitFor()
    await expect.poll(() => values(page).allInnerTexts()).toEqual(['1'])
    await hide(page, true)
    await client.run('live').logMetadata({ metadata: { n: 2 } })
    const reads: string[] = []
    page.on('request', (request) => reads.push(request.url()))
    await page.clock.runFor(10_000)
    expect(reads).toEqual([])
    await hide(page, false)
    await expect.poll(() => values(page).allInnerTexts()).toEqual(['2', '1'])
  })
})

describe('the history of an object', () => {
  const dashboard = useDashboard()

  it('is read whole if it has numbers and is short', async () => {
    const { page, go } = await dashboard.open({
      before: async (client) => {
        const run = await client.createRun({ name: 'metrics', status: 'completed' })
        await logTimes(client, run.id, 1100, (n) => ({ metadata: { run_metrics: { accuracy: n } } }))
      },
    })
    await go('#/runs/metrics/history?key=run_metrics')
    await page.getByText('1,100 logs').waitFor()
    await page.getByRole('img', { name: 'run_metrics/accuracy over time: 1100 numbers' }).waitFor()
    expect(await page.getByText('The plot has the newest').count()).toBe(0)
    await page.getByLabel('Side A: log 1100', { exact: true }).waitFor()
  })

  it('names logs by their times until all are read', async () => {
    const { page, go } = await dashboard.open({
      timezoneId: 'UTC',
      before: async (client) => {
        const run = await client.createRun({ name: 'notes', status: 'completed' })
        const note = 'long '.repeat(200)
        for (const from of [0, 50, 100])
          await client.logMany(
            Array.from({ length: 50 }, (_, at) => ({
              runIdNameOrPrefix: run.id,
              metadata: { metrics: { loss: from + at, note } },
              createdAt: new Date(Date.UTC(2026, 0, 1, 0, from + at)).toISOString(),
            })),
          )
      },
    })
    await go('#/runs/notes/history?key=metrics&axis=log')
    await page.getByText('100+ logs').waitFor()
    await page.getByText('The plot has the newest 100 logs.').waitFor()
    await page.getByLabel('Side A: log of 1 Jan 2026, 02:29:00', { exact: true }).check()
    const newest = async (): Promise<readonly string[]> => {
      const { x = 0, y = 0, width = 0 } = (await page.locator('.u-over').boundingBox()) ?? {}
      await page.mouse.move(x + width / 2, y + 20)
      await page.mouse.move(x + width - 1, y + 20)
      return page.locator('.u-legend tr').first().locator('th, td').allInnerTexts()
    }
    await expect.poll(newest).toEqual(['Log (the newest is 0)', '0'])
    await page.getByRole('button', { name: 'Read all logs' }).click()
    await page.getByLabel('Side A: log 150', { exact: true }).and(page.locator(':checked')).waitFor()
    await expect.poll(newest).toEqual(['Log', '150'])
  })
})
