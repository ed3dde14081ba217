import { Client, NumberLiteral, storageSize, uri } from '@runmeta/sdk'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

const card = (page: Page, name: string) => page.getByRole('article', { name, exact: true })
const names = (page: Page): Promise<string[]> => page.locator('table.runs td.name a').allInnerTexts()

/** Walks through every page of a dashboard that is served as users have it, and does on each what it is for. */
export async function expectTour(page: Page, url: string, key: string): Promise<void> {
  const complaints: string[] = []
  const origins = new Set<string>()
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('request', (request) => origins.add(new URL(request.url()).origin))
  await page.goto(`${url}/#key=${encodeURIComponent(key)}`)
  await page.getByText('No runs yet').waitFor()
  await expectRuns(page, new Client({ url, apiKey: key }))
  await expectRun(page)
  await expectHistory(page)
  await expectComparison(page)
  await expectKeys(page, url)
  await expectDeletion(page)
  expect(complaints).toEqual([])
  expect([...origins]).toEqual([url])
}

/** Runs appear by themselves, are searched with completion, shown in columns, ordered, ticked. */
async function expectRuns(page: Page, client: Client): Promise<void> {
  for (const [index, name] of ['alpha', 'beta'].entries()) {
    const run = await client.createRun({ name, pipeline: 'nightly' })
    for (const loss of ['1.0', '0.50'])
      await run.step('train').logMetadata({ metadata: { loss: new NumberLiteral(loss) } })
    await run.logMetadata({
      metadata: {
        accuracy: 0.9 + index / 100,
        big: new NumberLiteral('9223372036854775808'),
        size: storageSize(1_610_612_736),
        data: uri('https://example.com/iris'),
        label: name,
      },
    })
  }
  await page.getByRole('link', { name: 'beta' }).waitFor()
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByLabel('/label').check()
  await page.keyboard.press('Escape')
  await page.getByRole('columnheader', { name: 'label' }).getByRole('button').click()
  await expect.poll(() => names(page)).toEqual(['beta', 'alpha'])
  const search = page.getByRole('combobox', { name: 'Search runs' })
  await search.fill('/acc')
  await page.getByRole('option', { name: '/accuracy' }).click()
  await search.pressSequentially('>= 0.91')
  await expect.poll(() => names(page)).toEqual(['beta'])
  await page.reload()
  await expect.poll(() => names(page)).toEqual(['beta'])
  await search.fill('/accuracy >= high')
  await page.getByRole('alert').filter({ hasText: 'Character 14' }).waitFor()
  await search.fill('/accuracy > 2')
  await page.getByText('No run matches').waitFor()
  await page.getByRole('button', { name: 'Clear search and filters' }).click()
  await page.getByLabel('Tick alpha').check()
  await page.getByLabel('Tick beta').check()
}

/** A run's values are shown as what they are. */
async function expectRun(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'beta' }).click()
  await card(page, 'big').getByText('9223372036854775808', { exact: true }).waitFor()
  await card(page, 'size').getByText('1.50 GiB').waitFor()
  await card(page, 'data').getByRole('link', { name: 'https://example.com/iris' }).waitFor()
  await page.getByRole('searchbox', { name: 'Filter keys' }).fill('accu')
  await expect.poll(() => page.getByRole('article').count()).toBe(1)
  await page.getByRole('searchbox', { name: 'Filter keys' }).fill('')
}

/** A key's history is plotted, two moments stand side by side, and the run is shown as of one of them. */
async function expectHistory(page: Page): Promise<void> {
  await card(page, 'loss').getByRole('link', { name: 'History of loss' }).first().click()
  await page.getByRole('img', { name: 'loss over time: 2 numbers, the latest 0.5' }).waitFor()
  await page.getByLabel('Side A: log 1').check()
  await page.getByLabel('Side B: log 2').check()
  await page.getByRole('region', { name: 'Side by side' }).getByText('1.0', { exact: true }).waitFor()
  await page.getByRole('row').filter({ hasText: '1.0' }).getByRole('link', { name: 'As of then' }).click()
  await page.getByText('Metadata as it was').waitFor()
  await card(page, 'loss').waitFor()
  await expect.poll(() => card(page, 'accuracy').count()).toBe(0)
}

/** What is ticked is compared, in a table and in plots. */
async function expectComparison(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Runs' }).click()
  await page.getByRole('link', { name: 'beta' }).waitFor()
  await page.keyboard.press('c')
  await page.getByRole('heading', { name: '2 runs compared' }).waitFor()
  await page.getByLabel('Only differences').check()
  await expect.poll(() => page.getByRole('rowheader').allInnerTexts()).toHaveLength(2)
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()])
  expect(file.suggestedFilename()).toBe('runs.csv')
  await page.getByRole('button', { name: 'Parallel coordinates' }).click()
  await page.getByRole('img', { name: /^2 runs across \d axes$/ }).waitFor()
  await page.getByRole('button', { name: 'Scatter' }).click()
  await page.getByRole('link', { name: /^beta: \/accuracy 0.91/ }).waitFor()
  await page.getByRole('button', { name: 'Histories' }).click()
  await page.getByLabel('Key', { exact: true }).selectOption('/loss')
  await page.getByRole('img', { name: '/loss of 2 runs' }).waitFor()
}

/** A key is made, shown once, works, and is revoked. */
async function expectKeys(page: Page, url: string): Promise<void> {
  await page.getByRole('link', { name: 'Keys' }).click()
  await page.getByRole('button', { name: 'New key' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('trainer')
  await page.getByRole('button', { name: 'Create the key' }).click()
  const made = await page.getByRole('region', { name: 'The new key' }).locator('code').innerText()
  await new Client({ url, apiKey: made }).createRun({ name: 'made-by-it' })
  await page.reload()
  const row = page.getByRole('row').filter({ hasText: 'trainer' })
  await row.waitFor()
  expect(await page.content()).not.toContain(made)
  await row.getByRole('button', { name: 'Revoke…' }).click()
  await page.getByRole('button', { name: 'Revoke', exact: true }).click()
  await expect.poll(() => row.count()).toBe(0)
}

/** A run is deleted once that was confirmed. */
async function expectDeletion(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Runs' }).click()
  await page.getByRole('link', { name: 'made-by-it' }).click()
  await page.getByRole('button', { name: 'Delete…' }).click()
  await page.getByRole('button', { name: 'Delete for good' }).click()
  await page.getByRole('link', { name: 'beta' }).waitFor()
  await expect.poll(() => names(page)).toEqual(['beta', 'alpha'])
}
