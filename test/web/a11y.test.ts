import { AxeBuilder } from '@axe-core/playwright'
import { type Client, storageSize, uri } from '@runmeta/sdk'
import { describe, expect, it } from 'vitest'
import { useDashboard } from './support/dashboard.ts'

const SIZES = [
  { width: 1440, height: 900 },
  { width: 375, height: 812 },
]

async function project(client: Client): Promise<void> {
  for (const name of ['one', 'two']) {
    const run = await client.createRun({ name, pipeline: 'nightly' })
    await run.step('train').logMetadata({
      metadata: {
        metrics: { accuracy: name.length / 10, loss: 0.5 },
        size: storageSize(4096),
        data: uri('https://example.com'),
        rows: [
          { a: 1, b: 2 },
          { a: 3, b: 4 },
        ],
        tree: { a: { b: [1, { c: null }] }, flag: true },
        loss: 1,
      },
    })
    await run.logMetadata({ metadata: { loss: 0.5 } })
    if (name === 'one') await run.update({ status: 'failed' })
  }
}

const PAGES = [
  ['#/', 'table.runs tbody a'],
  ['#/?tick=x&q=/a+>=+high', '.mistake'],
  ['#/?q=/none+=+1', '.notice'],
  ['#/runs/one', '.card'],
  ['#/runs/one/history?key=loss', '.lines-plot'],
  ['#/compare?run=one&run=two', 'table.compare'],
  ['#/compare?run=one&run=two&view=parallel', '.parallel-axis'],
  ['#/compare?run=one&run=two&view=scatter', '.scatter circle'],
  ['#/compare?run=one&run=two&view=histories', '.lines-plot'],
  ['#/keys', '.keys-table'],
  ['#/runs/none', '.notice'],
] as const

describe('axe', () => {
  const dashboard = useDashboard()

  it.each(['light', 'dark'] as const)(
    'finds nothing on any page, in the %s theme, wide and narrow',
    async (colorScheme) => {
      const desk = await dashboard.open({ before: project, colorScheme, reducedMotion: 'reduce' })
      const { page, go } = desk
      const expectNothing = async (where: string): Promise<void> => {
        const { violations } = await new AxeBuilder({ page }).analyze()
        const found = violations.map(
          ({ id, nodes }) => `${where}: ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
        )
        expect.soft(found).toEqual([])
        const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        expect.soft(width, `${where} is wider than the screen`).toBeLessThanOrEqual(0)
      }
      for (const size of SIZES) {
        await page.setViewportSize(size)
        for (const [hash, part] of PAGES) {
          await go(hash)
          await page.locator(part).first().waitFor()
          await expectNothing(`${hash} at ${size.width}`)
        }
        await go('#/')
        await page.getByRole('button', { name: 'Columns' }).click()
        await expectNothing(`the columns at ${size.width}`)
        await page.keyboard.press('Escape')
        await page.getByRole('button', { name: 'Keyboard and search help' }).click()
        await expectNothing(`the help at ${size.width}`)
        await page.keyboard.press('Escape')
      }
      await page.evaluate(() => sessionStorage.clear())
      await page.goto(`${dashboard.url()}/`)
      await page.reload()
      await page.getByLabel('API key').waitFor()
      await expectNothing('signing in')
    },
    120_000,
  )

  it('can be shown wrong: it finds a button without a name', async () => {
    const { page } = await dashboard.open()
    await page.evaluate(() => document.querySelector('main')?.append(document.createElement('button')))
    expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toContain('button-name')
  })
})
