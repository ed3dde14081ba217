import { type Client, NumberLiteral, uri } from '@runmeta/sdk'
import { describe, expect, it } from 'vitest'
import { type DeskOptions, useDashboard } from './support/dashboard.ts'

describe('comparing runs', () => {
  const dashboard = useDashboard()

  async function compared(options: DeskOptions = {}) {
    const ids: string[] = []
    const desk = await dashboard.open({
      ...options,
      before: async (client: Client) => {
        for (const [index, name] of ['one', 'two', '=three'].entries()) {
          const run = await client.createRun({ name })
          ids.push(run.id)
          await run.logMetadata({
            metadata: {
              accuracy: new NumberLiteral(`0.9${index}`),
              depth: index + 1,
              same: 1,
              data: uri('https://example.com/iris'),
              note: index === 2 ? '=1+1' : 'a, "b"',
            },
          })
          for (let epoch = 1; epoch <= 3; epoch++)
            await run.logMetadata({ metadata: { loss: 1 / epoch + index, epoch } })
        }
      },
    })
    return { ...desk, hash: `#/compare?${ids.map((id) => `run=${id}`).join('&')}`, ids }
  }

  it('shows a table of pointers and runs, marks the differences, and filters by them', async () => {
    const { page, hash, go } = await compared()
    await go(hash)
    await page.getByRole('heading', { name: '3 runs compared' }).waitFor()
    const row = (pointer: string) =>
      page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: pointer }) })
    expect(await row('/accuracy').getByRole('cell').allInnerTexts()).toEqual(['0.90', '0.91', '0.92'])
    expect(await row('/accuracy differs').count()).toBe(1)
    expect(await row('/same').count()).toBe(1)
    expect(await row('/same differs').count()).toBe(0)
    await page.getByLabel('Only differences').check()
    await expect.poll(() => row('/same').count()).toBe(0)
    await page.getByLabel('Filter pointers').fill('DEPTH')
    await expect.poll(() => page.getByRole('rowheader').count()).toBe(1)
    await page.reload()
    await row('/depth').waitFor()
    expect(await page.getByRole('rowheader').count()).toBe(1)
    await page.getByRole('button', { name: 'Remove two' }).click()
    await page.getByRole('heading', { name: '2 runs compared' }).waitFor()
  })

  it.each([1280, 390])('shows both runs and how they differ, %i px wide', async (width) => {
    const before = 'same '.repeat(60)
    const list = Array.from({ length: 200 }, () => 0)
    const ids: string[] = []
    const { page, go } = await dashboard.open({
      viewport: { width, height: 844 },
      before: async (client) => {
        for (const n of [1, 2]) {
          const run = await client.createRun()
          ids.push(run.id)
          await run.logMetadata({
            metadata: {
              big: new NumberLiteral(`922337203685477580${n}`),
              list: [...list, n],
              one: n === 1 ? 1 : '1',
              text: `${before}${n}`,
            },
          })
        }
      },
    })
    await go(`#/compare?${ids.map((id) => `run=${id}`).join('&')}`)
    const rows = page.locator('table.compare tbody tr')
    await expect
      .poll(() => rows.locator('td').allInnerTexts())
      .toEqual([
        '9223372036854775801',
        '9223372036854775802',
        expect.stringMatching(/,0,1\]$/),
        expect.stringMatching(/,0,2\]$/),
        '1',
        '"1"',
        expect.stringMatching(/ same 1$/),
        expect.stringMatching(/ same 2$/),
      ])
    for (const cell of await rows.locator('td').all()) {
      const { cut, right } = await cell.evaluate((element) => ({
        cut: element.scrollWidth - element.clientWidth,
        right: element.getBoundingClientRect().right,
      }))
      expect(cut).toBeLessThanOrEqual(0)
      expect(right).toBeLessThanOrEqual(width)
    }
    await rows.getByRole('button', { name: 'same 2', expanded: false }).click()
    await rows.getByText(`${before}2`, { exact: true }).waitFor()
    await rows.getByRole('button', { name: ',0,2]', expanded: false }).click()
    const [opened, next] = await rows.evaluateAll((all) => all.slice(1, 3).map((row) => row.getBoundingClientRect()))
    expect(opened?.bottom).toBeLessThanOrEqual(next?.top ?? 0)
  })

  it('saves the table as CSV, with all digits and without formulas', async () => {
    const { page, hash, go } = await compared()
    await go(hash)
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()])
    expect(file.suggestedFilename()).toBe('runs.csv')
    expect(
      Buffer.concat(await (await file.createReadStream()).toArray())
        .toString()
        .split('\r\n'),
    ).toEqual([
      "pointer,one,two,'=three",
      '/accuracy,0.90,0.91,0.92',
      '/data,https://example.com/iris,https://example.com/iris,https://example.com/iris',
      '/depth,1,2,3',
      '/epoch,3,3,3',
      expect.stringMatching(/^\/loss,0.3333333333333333,1.333/),
      '/note,"a, ""b""","a, ""b""",\'=1+1',
      '/same,1,1,1',
      '',
    ])
  })

  it('brushes ranges on parallel axes, by mouse and by keyboard, and the address keeps them', async () => {
    const { page, hash, go } = await compared()
    await go(`${hash}&view=parallel&axis=/accuracy&axis=/depth`)
    await page.getByRole('img', { name: '3 runs across 2 axes' }).waitFor()
    const axis = page.locator('.parallel-axis .overlay').nth(1)
    const box = await axis.boundingBox()
    if (box === null) throw new Error('no axis')
    const x = box.x + box.width / 2
    await page.mouse.move(x, box.y + 2)
    await page.mouse.down()
    await page.mouse.move(x, box.y + box.height * 0.6, { steps: 5 })
    await page.mouse.up()
    await page.getByText('2 of 3 runs within the ranges').waitFor()
    await page.reload()
    await page.getByText('2 of 3 runs within the ranges').waitFor()
    await page.getByRole('button', { name: 'Clear ranges' }).click()
    await page.getByRole('slider', { name: 'Lowest of /depth' }).focus()
    await page.keyboard.press('End')
    await page.getByText('1 of 3 runs within the ranges').waitFor()
    await page.getByRole('button', { name: 'Axes' }).click()
    await page.getByRole('checkbox', { name: '/loss' }).check()
    await page.getByRole('img', { name: '3 runs across 3 axes' }).waitFor()
  })

  it('shows a scatter plot of two pointers', async () => {
    const { page, hash, go } = await compared()
    await go(`${hash}&view=scatter`)
    await page.getByLabel('X axis').selectOption('/depth')
    await page.getByLabel('Y axis').selectOption('/accuracy')
    await page.getByRole('link', { name: 'two: /depth 2, /accuracy 0.91' }).waitFor()
    await page.reload()
    await page.getByRole('link', { name: 'one: /depth 1, /accuracy 0.9' }).click()
    await page.getByRole('heading', { name: 'one' }).waitFor()
  })

  it('plots the histories of a key together', async () => {
    const { page, hash, go } = await compared()
    await go(`${hash}&view=histories`)
    await page.getByLabel('Key', { exact: true }).selectOption('/loss')
    await page.getByRole('img', { name: '/loss of 3 runs' }).waitFor()
    await page.getByText('Time since the first log').click()
    const legend = page.getByRole('list', { name: 'Logs of each run' })
    await expect.poll(() => legend.getByText('3 logs').count()).toBe(3)
  })

  it('plots another key with as many logs', async () => {
    const { page, hash, go } = await compared()
    await go(`${hash}&view=histories&key=/loss`)
    await page.getByRole('img', { name: '/loss of 3 runs' }).waitFor()
    const latest = async (): Promise<string | undefined> => {
      const { x = 0, y = 0, width = 0, height = 0 } = (await page.locator('.u-over').boundingBox()) ?? {}
      await page.mouse.move(x + width / 2, y + height / 2)
      await page.mouse.move(x + width - 2, y + height / 2)
      return (await page.locator('.u-legend .u-value').allInnerTexts())[3]
    }
    await expect.poll(latest).toMatch(/^2\.3333/)
    await page.getByLabel('Key', { exact: true }).selectOption('/epoch')
    await page.getByRole('img', { name: '/epoch of 3 runs' }).waitFor()
    await expect.poll(latest).toBe('3')
  })

  it('shows that a comparison failed, not the one before', async () => {
    const { page, hash, ids, go } = await compared()
    await go(hash)
    await page.getByRole('heading', { name: '3 runs compared' }).waitFor()
    await go(`#/compare?run=${ids[0]}&run=missing`)
    await page.getByText('There is no such run').waitFor()
    expect(await page.getByText('runs compared').count()).toBe(0)
  })

  it('says which runs do not exist, and compares the others', async () => {
    const { page, hash, ids, client, go } = await compared()
    const [deleted = ''] = ids
    await client.deleteRun(deleted)
    await go(`${hash}&only=different`)
    const said = page.getByRole('alert').filter({ hasText: 'There is no such run' })
    await said.getByText(deleted).waitFor()
    await said.getByRole('button', { name: 'Compare the others' }).click()
    await page.getByRole('heading', { name: '2 runs compared' }).waitFor()
    expect(await page.getByLabel('Only differences').isChecked()).toBe(true)
    await go(`#/compare?run=${ids[1]}&run=${deleted}&run=neither`)
    await page.getByText('There are no such runs').waitFor()
    await page.getByText('neither').waitFor()
    await page.getByRole('link', { name: 'Tick other runs' }).click()
    await page.getByText('1 ticked').waitFor()
  })

  it('compares each run once', async () => {
    const { page, ids, go } = await compared()
    await go(`#/compare?run=${ids[0]}&run=one&run=${ids[0]}&run=two`)
    await page.getByRole('heading', { name: '2 runs compared' }).waitFor()
    const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: '/depth' }) })
    expect(await row.getByRole('cell').allInnerTexts()).toEqual(['1', '2'])
    await go(`#/compare?run=${ids[0]}&run=one`)
    await page.getByText('Tick at least two runs').waitFor()
  })

  it('includes the lowest and the highest run again when a slider returns to its end', async () => {
    const { page, hash, go } = await compared()
    await go(`${hash}&view=parallel&axis=/loss&axis=/depth`)
    const isChosen = page.getByText('2 of 3 runs within the ranges')
    for (const [end, away, back] of [
      ['Lowest', 'ArrowRight', 'Home'],
      ['Highest', 'ArrowLeft', 'End'],
    ] as const) {
      await page.getByRole('slider', { name: `${end} of /loss` }).focus()
      await page.keyboard.press(away)
      await isChosen.waitFor()
      await page.keyboard.press(back)
      await page.getByText('Drag along an axis').waitFor()
    }
  })

  it('compares the ticked runs, and asks for more if there are too few', async () => {
    const { page, go } = await compared()
    await go('#/compare?run=one')
    await page.getByText('Tick at least two runs').waitFor()
    await go('#/compare?run=one&run=two')
    await page.getByRole('heading', { name: '2 runs compared' }).waitFor()
  })
})
