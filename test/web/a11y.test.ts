import { AxeBuilder } from '@axe-core/playwright'
import { type Client, storageSize, uri } from '@runmeta/sdk'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { useDashboard } from './support/dashboard.ts'

const SIZES = [
  { width: 1440, height: 900 },
  { width: 375, height: 812 },
]
const THEMES = ['light', 'dark'] as const

/** Stands for the source of axe in a document that has it. */
const NOTHING = 'undefined'

/** What all rules of axe find. The pages have no frames, so that they can run where they look, and be brought there once. */
async function foundBy(page: Page): Promise<string[]> {
  const isThere = await page.evaluate(() => 'axe' in window)
  const axe = new AxeBuilder(isThere ? { page, axeSource: NOTHING } : { page })
  const { violations } = await axe
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
    .analyze()
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
}

const long = Array.from({ length: 40 }, () => 0.125)

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
    await run.logMetadata({ metadata: { loss: 0.5, note: `${'word '.repeat(60)}${name}`, list: [...long, name] } })
    if (name === 'one') await run.update({ status: 'failed' })
  }
  const stepless = await client.createRun({ name: 'stepless' })
  const table = Array.from({ length: 2 }, (_, row) => ({ row }))
  const text = 'word '.repeat(400)
  await stepless.logMetadata({ metadata: { one: table, other: table, text, note: text } })
}

const PAGES = [
  ['#/', 'table.runs tbody a'],
  ['#/?tick=x&q=/a+>=+high', '.mistake'],
  ['#/?q=/none+=+1', '.notice'],
  ['#/runs/one', '.card'],
  ['#/runs/one?step=train', '.card'],
  ['#/runs/stepless', '.card'],
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

  it.each(SIZES)(
    'finds nothing on any page $width px wide, in either theme',
    async (viewport) => {
      const desk = await dashboard.open({ before: project, viewport, reducedMotion: 'reduce' })
      const empty = await dashboard.open({ viewport, reducedMotion: 'reduce' })
      const { page, go } = desk
      const expectNothing = async (where: string, page = desk.page): Promise<void> => {
        for (const colorScheme of THEMES) {
          await page.emulateMedia({ colorScheme })
          expect.soft(await foundBy(page), `${where}, ${colorScheme}`).toEqual([])
        }
        const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        expect.soft(width, `${where} is wider than the screen`).toBeLessThanOrEqual(0)
      }
      for (const [hash, part] of PAGES) {
        await go(hash)
        await page.locator(part).first().waitFor()
        await expectNothing(hash)
      }
      await go('#/runs/stepless')
      for (const key of ['text', 'note'])
        await page
          .getByRole('article', { name: key })
          .getByRole('button', { name: 'Show all 2,000 characters' })
          .click()
      await expectNothing('whole texts')
      await go('#/compare?run=one&run=two')
      for (const pointer of ['/list', '/note'])
        for (const cell of [0, 1])
          await page.getByRole('row', { name: pointer }).getByRole('cell').nth(cell).getByRole('button').first().click()
      await expectNothing('whole values')
      await go('#/')
      await page.getByRole('button', { name: 'Columns' }).click()
      await expectNothing('the columns')
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Keyboard and search help' }).click()
      await expectNothing('the help')
      await page.keyboard.press('Escape')
      await page.getByLabel('Tick one').check()
      await page.getByRole('button', { name: 'Delete…' }).click()
      await expectNothing('deleting')
      await page.keyboard.press('Escape')
      await go('#/keys')
      await page.getByRole('button', { name: 'New key' }).click()
      await expectNothing('a new key')
      await page.keyboard.press('Escape')
      await empty.page.getByText('No runs yet').waitFor()
      await expectNothing('no runs', empty.page)
      await page.evaluate(() => sessionStorage.clear())
      await page.reload()
      await page.getByLabel('API key').waitFor()
      await expectNothing('signing in')
      await page.goto(new URL('/docs', page.url()).href)
      await page.getByRole('heading', { name: 'POST /v1/runs/search' }).waitFor()
      await expectNothing('the reference')
    },
    240_000,
  )

  it('can be shown wrong: it finds a button without a name, and text that is too pale in the dark', async () => {
    const { page } = await dashboard.open({ reducedMotion: 'reduce' })
    expect(await foundBy(page)).toEqual([])
    await page.evaluate(() => {
      const button = document.createElement('button')
      const text = document.createElement('p')
      text.textContent = 'pale'
      text.style.color = 'light-dark(#161a22, #333333)'
      document.querySelector('main')?.append(button, text)
    })
    await page.emulateMedia({ colorScheme: 'light' })
    expect((await foundBy(page)).map((found) => found.split(':')[0])).toEqual(['button-name'])
    await page.emulateMedia({ colorScheme: 'dark' })
    expect((await foundBy(page)).map((found) => found.split(':')[0])).toEqual(['button-name', 'color-contrast'])
  })
})
