import { type Client, NumberLiteral, storageSize } from '@runmeta/sdk'
import { describe, expect, it } from 'vitest'
import { useDashboard } from './support/dashboard.ts'

async function trained(client: Client): Promise<void> {
  const run = await client.createRun({ name: 'trained' })
  for (const loss of ['0.50', '0.4', '0.25'])
    await run.step('train').logMetadata({ metadata: { loss: new NumberLiteral(loss) } })
  await run.logMetadata({ metadata: { metrics: { accuracy: 0.9, note: 'first' } } })
  await run.logMetadata({ metadata: { metrics: { accuracy: 0.95, note: 'second' } } })
}

const inOneLine = (text: string): string => text.replaceAll(/[\s\u200b]+/g, ' ').trim()

describe('the history of a key', () => {
  const dashboard = useDashboard()

  it('opens from its card, with a plot over time or logs, and who logged what when', async () => {
    const { page, go } = await dashboard.open({ before: trained })
    await go('#/runs/trained')
    await page.getByRole('article', { name: 'loss' }).getByRole('link', { name: 'History of loss' }).first().click()
    await page.getByRole('img', { name: 'loss over time: 3 numbers, the latest 0.25' }).waitFor()
    await page.getByText('3 logs').waitFor()
    const values = page.locator('table.history tbody td.history-value')
    await expect.poll(() => values.allInnerTexts()).toEqual(['0.25', '0.4', '0.50'])
    const row = page.getByRole('row').filter({ hasText: '0.50' })
    await row.getByText('train').waitFor()
    expect(await row.locator('td.who').innerText()).not.toBe('')
    await page.getByText('Log', { exact: true }).click()
    await page.getByRole('img', { name: /^loss over its logs/ }).waitFor()
    await page.reload()
    await page.getByRole('img', { name: /^loss over its logs/ }).waitFor()
  })

  it('plots a number within an object, and shows two logs side by side', async () => {
    const { page, go } = await dashboard.open({ before: trained })
    await go('#/runs/trained/history?key=metrics')
    await page.getByRole('img', { name: 'metrics/accuracy over time: 2 numbers, the latest 0.95' }).waitFor()
    await page.getByLabel('Side A: log 1').check()
    await page.getByText('Now choose a log in column').waitFor()
    await page.getByLabel('Side B: log 2').check()
    const sides = page.getByRole('region', { name: 'Differences' })
    await sides.getByRole('row').filter({ hasText: '/accuracy' }).getByText('0.9', { exact: true }).waitFor()
    await sides.getByRole('row').filter({ hasText: '/note' }).getByText('second').waitFor()
    await page.reload()
    await sides.getByRole('row').filter({ hasText: '/note' }).getByText('first').waitFor()
  })

  it('shows two logs side by side, including empty lists and objects', async () => {
    const { page, go } = await dashboard.open({
      before: async (client) => {
        const run = await client.createRun({ name: 'lists' })
        await run.logMetadata({
          metadata: { setup: { layers: [64, 32], extra: {}, size: storageSize(2048), seed: 1 } },
        })
        await run.logMetadata({
          metadata: { setup: { layers: [64, 16], extra: null, size: storageSize(1024), seed: 1 } },
        })
      },
    })
    await go('#/runs/lists/history?key=setup')
    await page.getByLabel('Side A: log 1').check()
    await page.getByLabel('Side B: log 2').check()
    const rows = page.getByRole('region', { name: 'Differences' }).locator('tbody tr')
    await expect
      .poll(async () => (await rows.allInnerTexts()).map((text) => text.split('\t').map(inOneLine)))
      .toEqual([
        ['/layers/0', '64', '64'],
        ['≠ /layers/1', '32', '16'],
        ['≠ /extra', '{}', 'null'],
        ['≠ /size', '2.00 KiB 2048 bytes', '1.00 KiB 1024 bytes'],
        ['/seed', '1', '1'],
      ])
  })

  it.each([1280, 390])('shows both sides and how they differ, %i px wide', async (width) => {
    const before = 'same '.repeat(60)
    const after = ' and so on'.repeat(30)
    const { page, go } = await dashboard.open({
      viewport: { width, height: 844 },
      before: async (client) => {
        const run = await client.createRun({ name: 'sides' })
        for (const n of [1, 2])
          await run.logMetadata({
            metadata: {
              setup: {
                text: `${before}${n}${after}`,
                one: n === 1 ? 1 : '1',
                layers: [64, { units: n, list: [] }],
                path: `${'x'.repeat(100)}${n}`,
                spaces: n === 1 ? 'a b' : 'a b ',
              },
              note: `${before.repeat(10)}${n}`,
              one: n === 1 ? 1 : '1',
            },
          })
      },
    })
    await go('#/runs/sides/history?key=setup')
    await page.getByLabel('Side A: log 1').check()
    await page.getByLabel('Side B: log 2').check()
    const table = page.getByRole('region', { name: 'Differences' })
    const rows = table.locator('tbody tr')
    const excerpt = (n: number) => `…same same same same same ${n}${after}`.slice(0, 121).trimEnd()
    const texts = async () => (await rows.allInnerTexts()).map((text) => text.split('\t').map(inOneLine))
    await expect.poll(texts).toEqual([
      ['≠ /text', expect.stringContaining(excerpt(1)), expect.stringContaining(excerpt(2))],
      ['≠ /one', '1', '"1"'],
      ['/layers/0', '64', '64'],
      ['≠ /layers/1/units', '1', '2'],
      ['/layers/1/list', '[]', '[]'],
      ['≠ /path', `${'x'.repeat(100)}1`, `${'x'.repeat(100)}2`],
      ['≠ /spaces', 'a b', '"a b "'],
    ])
    expect(await table.evaluate((box) => box.scrollWidth - box.clientWidth)).toBeLessThanOrEqual(0)
    await rows.nth(0).getByRole('button', { expanded: false }).last().click()
    await rows.nth(0).getByText(`${before}2${after}`, { exact: true }).waitFor()

    await go('#/runs/sides/history?key=note')
    await page.getByLabel('Side A: log 1').check()
    await page.getByLabel('Side B: log 2').check()
    await expect
      .poll(texts)
      .toEqual([['≠ (the value)', expect.stringMatching(/same 1$/), expect.stringMatching(/same 2$/)]])

    await go('#/runs/sides/history?key=one')
    await page.getByLabel('Side A: log 1').check()
    await page.getByLabel('Side B: log 2').check()
    await expect.poll(() => page.getByRole('article').locator('.kind').allInnerTexts()).toEqual(['number', 'string'])
  })

  it('shows the whole run as it was at a log', async () => {
    const { page, go } = await dashboard.open({ before: trained })
    await go('#/runs/trained/history?key=loss')
    await page.getByRole('row').filter({ hasText: '0.50' }).getByRole('link', { name: 'As of then' }).click()
    await page.getByText('Metadata as it was').waitFor()
    await page.getByRole('article', { name: 'loss' }).getByText('0.50', { exact: true }).waitFor()
    expect(await page.getByRole('article', { name: 'metrics' }).count()).toBe(0)
    await page.getByRole('link', { name: 'Back to now' }).click()
    await page.getByRole('article', { name: 'loss' }).getByText('0.25', { exact: true }).waitFor()
  })

  it('shows the step as it was at a log of the step', async () => {
    const { page, go } = await dashboard.open({
      before: async (client) => {
        const run = await client.createRun({ name: 'apart' })
        for (const loss of ['0.50', '0.25'])
          await run
            .step('train')
            .logMetadata({ metadata: { loss: new NumberLiteral(loss) }, logRelatedEntities: false })
      },
    })
    await go('#/runs/apart/history?key=loss&step=train')
    await page.getByRole('row').filter({ hasText: '0.50' }).getByRole('link', { name: 'As of then' }).click()
    await page.getByText('Metadata as it was').waitFor()
    const step = page.getByRole('region', { name: 'Metadata of the step train' })
    await step.getByRole('article', { name: 'loss' }).getByText('0.50', { exact: true }).waitFor()
  })

  it('shows an imported run as it was right after a log, though the log has an earlier time', async () => {
    const { page, go } = await dashboard.open({
      before: async (client) => {
        const run = await client.createRun({ name: 'imported' })
        for (const [loss, createdAt] of [
          ['0.9', '2020-01-01T00:00:00Z'],
          ['0.8', '2020-01-02T00:00:00Z'],
        ] as const)
          await run.logMetadata({ metadata: { loss: new NumberLiteral(loss) }, createdAt })
      },
    })
    await go('#/runs/imported/history?key=loss')
    await page.getByRole('row').filter({ hasText: '0.9' }).getByRole('link', { name: 'As of then' }).click()
    await page.getByText(/^Metadata as it was after the log [0-9a-f]{32} of /).waitFor()
    await page.getByRole('article', { name: 'loss' }).getByText('0.9', { exact: true }).waitFor()
  })

  it('fits a phone, with value, time and author in view', async () => {
    const { page, go } = await dashboard.open({
      viewport: { width: 375, height: 812 },
      before: async (client) => {
        const run = await client.createRun({ name: 'many' })
        for (let n = 0; n < 60; n++) await run.logMetadata({ metadata: { loss: new NumberLiteral('0.123456') } })
      },
    })
    await go('#/runs/many/history?key=loss')
    const value = page.locator('td.history-value').first()
    expect(await value.innerText()).toMatch(/^0\.123456\s+\d+ \w+ \d{4}, [\d:]+ · tester admin$/)
    const { height = 0, width = 0 } = (await value.boundingBox()) ?? {}
    expect([height, width > 180]).toEqual([56, true])
    const list = page.getByRole('region', { name: 'Logs, newest first' })
    expect(await list.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0)
  })

  it('shows all digits of long numbers on a phone', async () => {
    const numbers = Array.from({ length: 30 }, (_, n) => `0.${'1234567890'.repeat(6)}${10 + n}`)
    const { page, go } = await dashboard.open({
      viewport: { width: 375, height: 812 },
      before: async (client) => {
        const run = await client.createRun({ name: 'digits' })
        for (const number of numbers) await run.logMetadata({ metadata: { ratio: new NumberLiteral(number) } })
      },
    })
    await go('#/runs/digits/history?key=ratio')
    const values = page.locator('table.history td.history-value')
    await expect.poll(() => values.first().locator('.number').innerText()).toBe(numbers.at(-1))
    const boxes = await values.evaluateAll((cells) =>
      cells.map((cell) => ({
        cut: cell.scrollWidth - cell.clientWidth,
        number: cell.querySelector('.number')?.getBoundingClientRect().toJSON(),
        cell: cell.getBoundingClientRect().toJSON(),
      })),
    )
    for (const { cut, number, cell } of boxes) {
      expect(cut).toBeLessThanOrEqual(0)
      expect(number.right).toBeLessThanOrEqual(cell.right)
      expect(number.bottom).toBeLessThanOrEqual(cell.bottom)
    }
    await page.getByRole('region', { name: 'Logs, newest first' }).evaluate((list) => list.scrollTo(0, 1e6))
    await page
      .locator('table.history')
      .getByText(numbers[0] ?? '', { exact: true })
      .click()
  })

  it('shows that older logs could not be read, and reads them when asked again', async () => {
    const { page, go, complaints } = await dashboard.open({
      before: async (client) => {
        const run = await client.createRun({ name: 'broken' })
        for (let n = 0; n < 5; n++) await run.logMetadata({ metadata: { n } })
      },
    })
    await page.route('**/history?*', (route) => {
      const url = route.request().url()
      return url.includes('cursor=')
        ? route.fulfill({ status: 500, body: 'broken' })
        : route.continue({ url: url.replace('limit=1000', 'limit=3') })
    })
    await go('#/runs/broken/history?key=n')
    await page.getByText('The request failed').waitFor()
    await page.getByText('3+ logs').waitFor()
    await page.unroute('**/history?*')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('5 logs').waitFor()
    expect(await page.getByText('The request failed').count()).toBe(0)
    expect(complaints.splice(0).every((text) => text.includes('status of 500'))).toBe(true)
  })

  it('says that no log contains the key', async () => {
    const { page, go } = await dashboard.open({ before: trained })
    await go('#/runs/trained/history?key=none')
    await page.getByText('No log of this run contains this key').waitFor()
  })

  it('reads more than a page of logs, and renders the rows in view', async () => {
    const { page, go } = await dashboard.open({
      before: async (client) => {
        const run = await client.createRun({ name: 'long' })
        for (let block = 0; block < 21; block++) {
          await client.logMany(
            Array.from({ length: 50 }, () => ({ runIdNameOrPrefix: run.id, metadata: { n: block } })),
          )
        }
      },
    })
    await go('#/runs/long/history?key=n')
    await page.getByText('1,050 logs').waitFor()
    await page.getByRole('img', { name: /1050 numbers, the latest 20/ }).waitFor()
    expect(await page.locator('table.history tbody tr').count()).toBeLessThan(100)
  })
})
