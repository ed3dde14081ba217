import { type Client, dtype, NumberLiteral, path, storageSize, uri, type Value } from '@runmeta/sdk'
import type { Page, Route } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { useDashboard } from './support/dashboard.ts'

const card = (page: Page, name: string) => page.getByRole('article', { name, exact: true })

const EXACT = ['1.0', '1e400', '9223372036854775808', '-0', '5e-324', '0.1000000000000000055511151231257827']

async function everyKind(client: Client): Promise<void> {
  const run = await client.createRun({ name: 'kinds', pipeline: 'nightly' })
  await run.logMetadata({
    metadata: {
      ...Object.fromEntries(EXACT.map((text, index) => [`number ${index}`, new NumberLiteral(text)])),
      web: uri('https://example.com/a?b=1'),
      bucket: uri('s3://bucket/iris.csv'),
      size: storageSize(1_610_612_736),
      odd: storageSize(1023),
      type: dtype('float32'),
      file: path('/data/iris.csv'),
      text: 'two\nlines',
      yes: true,
      nothing: null,
      empty: '',
      rows: [
        { species: 'setosa', recall: 1 },
        { species: 'virginica', recall: new NumberLiteral('0.90') },
      ],
      tree: { a: { 'b/c': [1, { d: 'deep' }] } },
      'a/b~c': 1,
    },
  })
  await run.step('train').logMetadata({ metadata: { loss: 0.25 } })
}

describe('the page of a run', () => {
  const dashboard = useDashboard()

  it('shows each value by its kind, and numbers with all digits', async () => {
    const { page, go } = await dashboard.open({ before: everyKind })
    await go('#/runs/kinds')
    for (const [index, text] of EXACT.entries())
      await card(page, `number ${index}`).getByText(text, { exact: true }).waitFor()
    expect(await card(page, 'web').getByRole('link', { name: 'https://example.com/a?b=1' }).getAttribute('href')).toBe(
      'https://example.com/a?b=1',
    )
    await card(page, 'bucket').getByText('s3://bucket/iris.csv').waitFor()
    expect(await card(page, 'bucket').locator('.card-body a').count()).toBe(0)
    await card(page, 'size').getByText('1.50 GiB').waitFor()
    await card(page, 'size').getByText('1610612736 bytes').waitFor()
    await card(page, 'odd').getByText('1023 bytes').waitFor()
    await card(page, 'type').getByText('DType').waitFor()
    await card(page, 'file').getByText('/data/iris.csv').waitFor()
    await card(page, 'empty').getByText('empty text').waitFor()
    await card(page, 'nothing').locator('.card-body').getByText('null').waitFor()
    await card(page, 'rows').getByRole('columnheader', { name: 'species' }).waitFor()
    await card(page, 'rows').getByRole('cell', { name: '0.90' }).waitFor()
    await card(page, 'tree').getByText('b/c').waitFor()
    await page.getByRole('link', { name: 'nightly' }).waitFor()
  })

  it('shows long texts and nested values whole, also within trees and tables', async () => {
    const long = `${'word '.repeat(84)}END`
    const longer = `${'word '.repeat(400)}END`
    const { page, go } = await dashboard.open({
      before: async (client) => {
        const run = await client.createRun({ name: 'long' })
        await run.logMetadata({
          metadata: {
            tree: { a: { b: { c: long, longer, link: uri(`https://example.com/${'x'.repeat(300)}END`) } } },
            rows: [
              { note: long, nested: { deep: { text: long } } },
              { note: longer, nested: [1, 2] },
            ],
          },
        })
      },
    })
    await go('#/runs/long')
    const tree = card(page, 'tree')
    await tree.getByRole('button', { name: 'b {3}' }).click()
    await tree.getByText(long, { exact: true }).waitFor()
    await tree.getByRole('button', { name: 'Show all 2,003 characters' }).click()
    await tree.getByText(longer, { exact: true }).waitFor()
    await tree.getByRole('link', { name: /xEND$/ }).waitFor()

    const cell = (row: number, column: number) =>
      card(page, 'rows').getByRole('row').nth(row).getByRole('cell').nth(column)
    for (const [row, text] of [long, longer].entries()) {
      await cell(row + 1, 1)
        .getByRole('button', { expanded: false })
        .click()
      await cell(row + 1, 1)
        .getByText(text, { exact: true })
        .waitFor()
    }
    await cell(1, 2).getByRole('button', { expanded: false }).click()
    await cell(1, 2).getByText(long, { exact: true }).waitFor()
    expect(await cell(2, 2).innerText()).toBe('[1,2]')
  })

  it('opens a deep tree to its end on a phone', async () => {
    const depth = 40
    const deep = Array.from({ length: depth }).reduce<Value>(
      (inner, _, level) => ({ [`level ${depth - level}`]: inner, note: 'beside it' }),
      'the end',
    )
    const { page, go } = await dashboard.open({
      viewport: { width: 375, height: 812 },
      before: (client) =>
        client.createRun({ name: 'deep' }).then((run) => run.logMetadata({ metadata: { deep, flat: 1 } })),
    })
    await go('#/runs/deep')
    const branch = (level: number) => card(page, 'deep').getByRole('button', { name: `level ${level} {`, exact: false })
    for (let level = 2; level < depth; level++) await branch(level).click()
    const end = card(page, 'deep').getByText('the end')
    await end.scrollIntoViewIfNeeded()
    const { left, right, width } = await end.evaluate((element) => element.getBoundingClientRect().toJSON())
    expect(width).toBeGreaterThan(0)
    expect(left).toBeGreaterThanOrEqual(0)
    expect(right).toBeLessThanOrEqual(375)
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
    const body = card(page, 'deep').locator('.card-body')
    const sizes = () => body.evaluate((box) => [box.clientHeight, box.scrollHeight])
    const [shown, whole] = await sizes()
    expect(whole).toBe(shown)
  })

  it('copies a value and its pointer', async () => {
    const { page, go } = await dashboard.open({ before: everyKind, permissions: ['clipboard-read', 'clipboard-write'] })
    await go('#/runs/kinds')
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText())
    await card(page, 'tree').hover()
    await card(page, 'tree').getByRole('button', { name: 'Copy the value' }).click()
    await expect.poll(clipboard).toContain('"b/c": [')
    await card(page, 'number 1').hover()
    await card(page, 'number 1').getByRole('button', { name: 'Copy the value' }).click()
    await expect.poll(clipboard).toBe('1e400')
    await card(page, 'a/b~c').hover()
    await card(page, 'a/b~c').getByRole('button', { name: 'Copy the pointer' }).click()
    await expect.poll(clipboard).toBe('/a~1b~0c')
  })

  it('shows its steps, and filters keys', async () => {
    const { page, go } = await dashboard.open({ before: everyKind })
    await go('#/runs/kinds')
    await page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name: 'train' }).click()
    await card(page, 'loss').getByText('0.25').waitFor()
    expect(await page.getByRole('article').count()).toBe(1)
    await page.reload()
    await card(page, 'loss').waitFor()
    await page.getByRole('button', { name: 'The run' }).click()
    await card(page, 'web').waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('NUMBER 3')
    await expect.poll(() => page.getByRole('article').count()).toBe(1)
    await page.getByRole('searchbox', { name: 'Filter keys' }).fill('nothing like it')
    await page.getByText('No key matches').waitFor()
    await page.getByRole('button', { name: 'Show all keys' }).click()
    await card(page, 'web').waitFor()
  })

  it('follows a run until it ends', async () => {
    const { page, client, go } = await dashboard.open({ before: (caller) => caller.createRun({ name: 'live' }) })
    await go('#/runs/live')
    await page.getByText('Keys appear here as soon as they are logged.').waitFor()
    await client.run('live').logMetadata({ metadata: { epoch: 1 } })
    await card(page, 'epoch').getByText('1', { exact: true }).waitFor()
    await client.run('live').logMetadata({ metadata: { epoch: 2 } })
    await card(page, 'epoch').getByText('2', { exact: true }).waitFor()
    await client.updateRun('live', { status: 'completed' })
    await page.getByText('completed').waitFor()
    await expect.poll(() => page.getByText('following').count()).toBe(0)
  })

  it('continues to follow the run after the server failed', async () => {
    const { page, client, go, complaints } = await dashboard.open({
      before: async (caller) => {
        const run = await caller.createRun({ name: 'shaky' })
        await run.logMetadata({ metadata: { epoch: 1 } })
      },
    })
    await go('#/runs/shaky')
    await card(page, 'epoch').getByText('1', { exact: true }).waitFor()
    await page.route('**/v1/runs/*', (route) => route.fulfill({ status: 500, body: 'broken' }))
    await expect.poll(() => page.getByText('following').count()).toBe(0)
    await card(page, 'epoch').getByText('1', { exact: true }).waitFor()
    await page.unroute('**/v1/runs/*')
    await client.run('shaky').logMetadata({ metadata: { epoch: 2 } })
    await card(page, 'epoch').getByText('2', { exact: true }).waitFor()
    await page.getByText('following').waitFor()
    expect(complaints.splice(0).every((text) => text.includes('status of 500'))).toBe(true)
  })

  it('opens by a prefix, and lists the runs if several match', async () => {
    const { page, go } = await dashboard.open({
      before: async (client) => {
        await client.createRun({ name: 'same-1' })
        await client.createRun({ name: 'same-2' })
        await client.createRun({ name: 'other' })
      },
    })
    await go('#/runs/oth')
    await page.getByRole('heading', { name: 'other' }).waitFor()
    await go('#/runs/same')
    await page.getByText('Several runs match this prefix').waitFor()
    await page.getByRole('link', { name: 'same-2' }).click()
    await page.getByRole('heading', { name: 'same-2' }).waitFor()
    await go('#/runs/none')
    await page.getByText('There is no such run').waitFor()
  })

  it('shows that an earlier moment could not be read, not the metadata of another moment', async () => {
    const { page, go } = await dashboard.open({ before: everyKind })
    await go('#/runs/kinds')
    await card(page, 'web').waitFor()
    await go('#/runs/kinds?at=never')
    await page.getByRole('alert').waitFor()
    expect(await page.getByRole('article').count()).toBe(0)
  })

  it('deletes the run after the user confirms', async () => {
    const { page, client, go } = await dashboard.open({ before: (caller) => caller.createRun({ name: 'gone' }) })
    await go('#/runs/gone')
    await page.getByRole('button', { name: 'Delete…' }).click()
    await page
      .getByRole('dialog', { name: 'Delete this run?' })
      .getByRole('button', { name: 'Delete for good' })
      .click()
    await page.getByText('No runs yet').waitFor()
    expect(await client.listPipelineRuns().first(1)).toEqual([])
  })

  it('does not read the run during a deletion, and follows it again if the user keeps it', async () => {
    const { page, go } = await dashboard.open({ before: (caller) => caller.createRun({ name: 'going' }) })
    await page.clock.install()
    const reads: string[] = []
    let hold: (route: Route) => void
    const deletion = new Promise<Route>((resolve) => {
      hold = resolve
    })
    await page.route('**/v1/runs/*', (route) => {
      if (route.request().method() === 'DELETE') return hold(route)
      reads.push(route.request().method())
      return route.continue()
    })
    await go('#/runs/going')
    await page.getByText('following').waitFor()
    await page.getByRole('button', { name: 'Delete…' }).click()
    await page.getByRole('button', { name: 'Delete for good' }).click()
    const held = await deletion
    reads.length = 0
    await page.clock.runFor(10_000)
    expect(reads).toEqual([])
    await held.fulfill({ status: 403, json: { title: 'Forbidden', status: 403, code: 'forbidden' } })
    await page.getByRole('dialog').getByRole('alert').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await expect.poll(() => reads.length).toBeGreaterThan(0)
  })
})
