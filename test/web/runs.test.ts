import { type Client, NumberLiteral } from '@runmeta/sdk'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { useDashboard } from './support/dashboard.ts'

const names = (page: Page): Promise<string[]> => page.locator('table.runs tbody td.name a').allInnerTexts()
const search = (page: Page) => page.getByRole('combobox', { name: 'Search runs' })

/** Creates this many runs, 20 at a time. */
async function many(client: Client, count: number, prefix: string): Promise<void> {
  for (let at = 0; at < count; at += 20) {
    const numbers = Array.from({ length: Math.min(20, count - at) }, (_, index) => at + index)
    await Promise.all(numbers.map((number) => client.createRun({ name: `${prefix}-${number}` })))
  }
}

/** Holds a page's searches back until they are released: all, or those after the first page. */
async function holdSearches(page: Page, { isFirstPageSent = false } = {}): Promise<() => void> {
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  let isHeld = !isFirstPageSent
  await page.route('**/v1/runs/search', async (route) => {
    // The search with metadata is the sample for the columns.
    const isSample = route.request().postDataJSON().include !== undefined
    if (isHeld) await held
    isHeld ||= !isSample
    await route.continue()
  })
  return release
}

/** Three runs, each a little later than the one before. */
async function three(client: Client): Promise<void> {
  for (const [index, name] of ['alpha', 'beta', 'gamma'].entries()) {
    const run = await client.createRun({ name, pipeline: index === 0 ? 'nightly' : 'sweep' })
    await run.logMetadata({ metadata: { metrics: { accuracy: 0.9 + index / 100 }, label: name, size: 10 ** index } })
    if (index > 0) await run.update({ status: index === 1 ? 'completed' : 'failed' })
  }
}

describe('the list of runs', () => {
  const dashboard = useDashboard()

  it('shows the newest runs first, with columns that differ between runs', async () => {
    const { page } = await dashboard.open({ before: three })
    await expect.poll(() => names(page)).toEqual(['gamma', 'beta', 'alpha'])
    const row = page.getByRole('row').filter({ hasText: 'gamma' })
    await row.getByText('failed').waitFor()
    await row.getByRole('button', { name: 'sweep' }).waitFor()
    await row.getByText('0.92', { exact: true }).waitFor()
  })

  it('shows and sorts by the chosen columns, and the address restores them', async () => {
    const { page } = await dashboard.open({ before: three })
    await page.getByRole('button', { name: 'Columns' }).click()
    await page.getByLabel('/label').check()
    await page.keyboard.press('Escape')
    await page.getByRole('columnheader', { name: 'label' }).getByRole('button').click()
    await page.getByRole('columnheader', { name: 'label' }).getByRole('button').click()
    await expect.poll(() => names(page)).toEqual(['alpha', 'beta', 'gamma'])
    await page.getByRole('columnheader', { name: 'label' }).and(page.locator('[aria-sort=ascending]')).waitFor()
    await page.getByRole('button', { name: 'Status' }).click()
    await page.getByRole('checkbox', { name: 'failed' }).check()
    await page.getByRole('checkbox', { name: 'running' }).check()
    await page.keyboard.press('Escape')
    await page.getByLabel('Tick alpha').check()
    await expect.poll(() => names(page)).toEqual(['alpha', 'gamma'])
    await page.reload()
    await expect.poll(() => names(page)).toEqual(['alpha', 'gamma'])
    expect(await page.getByLabel('Tick alpha').isChecked()).toBe(true)
    await page.getByRole('columnheader', { name: 'label' }).and(page.locator('[aria-sort=ascending]')).waitFor()
  })

  it('restores search, filters, columns, order and ticks from a link', async () => {
    const { page, go, client } = await dashboard.open({ before: three })
    const [beta] = await client.listPipelineRuns({ name: 'beta' }).first(1)
    await go(
      `#/?q=%2Fsize+%3E%3D+1&pipeline=sweep&pipeline=nightly&status=running&status=completed&since=1h&column=%2Flabel&order=%2Flabel&tick=${beta?.id}`,
    )
    const restored = async (): Promise<void> => {
      await expect.poll(() => names(page)).toEqual(['alpha', 'beta'])
      expect(await search(page).inputValue()).toBe('/size >= 1')
      for (const name of ['Pipeline 2', 'Status 2', 'Last hour 1', 'Columns 1'])
        await page.getByRole('button', { name }).waitFor()
      await page.getByRole('columnheader', { name: 'label' }).and(page.locator('[aria-sort=ascending]')).waitFor()
      expect(await page.getByLabel('Tick beta').isChecked()).toBe(true)
      await page.getByText('1 ticked').waitFor()
    }
    await restored()
    await page.reload()
    await restored()
    // Another page, and back by the browser.
    await page.getByRole('link', { name: 'alpha' }).click()
    await page.getByRole('heading', { name: 'alpha' }).waitFor()
    await page.goBack()
    await restored()
  })

  it('is as it was left after other pages', async () => {
    const { page, go, client } = await dashboard.open({ before: three })
    const idOf = async (name: string) => (await client.listPipelineRuns({ name }).first(1))[0]?.id
    const view = 'q=%2Fsize+%3E%3D+1&pipeline=sweep&pipeline=nightly&since=1h&column=%2Flabel&order=%2Flabel'
    await go(`#/?${view}&tick=${await idOf('beta')}`)
    const restored = async (ticked: string): Promise<void> => {
      await page.getByText(ticked).waitFor()
      await expect.poll(() => names(page)).toEqual(['alpha', 'beta', 'gamma'])
      expect(page.url()).toContain(`#/?${view}&tick=`)
    }
    const open = async (name: string): Promise<void> => {
      await page.getByRole('link', { name }).click()
      await page.getByRole('heading', { name }).waitFor()
    }
    const back = page.getByRole('main').getByRole('link', { name: 'Runs', exact: true })
    await open('alpha')
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Runs' }).click()
    await restored('1 ticked')
    await open('alpha')
    await back.click()
    await restored('1 ticked')
    await open('alpha')
    await page.getByRole('link', { name: 'Compare with…' }).click()
    await restored('2 ticked')
    await page.keyboard.press('c')
    await page.getByRole('heading', { name: '2 runs compared' }).waitFor()
    await back.click()
    await restored('2 ticked')
    await open('beta')
    await page.getByRole('button', { name: 'Delete…' }).click()
    await page.getByRole('button', { name: 'Delete for good' }).click()
    await page.getByText('1 ticked').waitFor()
    await expect.poll(() => names(page)).toEqual(['alpha', 'gamma'])
  })

  it('ticks at most 20 runs, and compares them', async () => {
    const { page } = await dashboard.open({
      before: async (client) => {
        for (let n = 1; n <= 21; n++) {
          const run = await client.createRun({ name: `run-${n}` })
          await run.logMetadata({ metadata: { n } })
        }
      },
    })
    await page.getByRole('link', { name: 'run-21' }).waitFor()
    for (let n = 1; n <= 20; n++) await page.getByLabel(`Tick run-${n}`, { exact: true }).check()
    await page.getByLabel('Tick run-21').click()
    await page.getByText('You can tick up to 20 runs').waitFor()
    await page.getByText('20 ticked').waitFor()
    await page.getByRole('button', { name: 'Compare' }).click()
    await page.getByRole('heading', { name: '20 runs compared' }).waitFor()
    expect(await page.getByRole('row').filter({ hasText: '/n' }).getByRole('cell').allInnerTexts()).toHaveLength(20)
  })

  it('fits a phone, however long a name is', async () => {
    const { page, go } = await dashboard.open({
      viewport: { width: 375, height: 812 },
      before: async (client) => {
        for (let n = 0; n < 30; n++) await client.createRun({ name: `${'long-'.repeat(30)}${n}` })
      },
    })
    await go('#/?columns=none')
    await page.getByRole('link', { name: 'long-29' }).waitFor()
    const list = page.getByRole('region', { name: 'Runs', exact: true })
    expect(await list.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0)
  })

  it('has all digits of a number that does not fit in its tooltip', async () => {
    const { page, go } = await dashboard.open({
      before: (client) =>
        client
          .createRun({ name: 'big' })
          .then((run) => run.logMetadata({ metadata: { n: new NumberLiteral('9223372036854775807') } })),
    })
    await go('#/?column=%2Fn')
    await page.getByTitle('9223372036854775807', { exact: true }).waitFor()
  })

  it('fits the menu of columns on a phone, however long a pointer is', async () => {
    const { page } = await dashboard.open({
      viewport: { width: 375, height: 812 },
      before: async (client) => {
        const run = await client.createRun({ name: 'deep' })
        await run.logMetadata({ metadata: { ['key'.repeat(30)]: 1 } })
      },
    })
    await page.getByRole('link', { name: 'deep' }).waitFor()
    await page.getByRole('button', { name: 'Columns' }).click()
    await page.getByLabel('/keykey').waitFor()
    const { x = 0, width = 0 } = (await page.locator('.panel:visible').boundingBox()) ?? {}
    expect([x >= 0, x + width <= 375]).toEqual([true, true])
  })

  it('finds runs by conditions, and by a part of their names', async () => {
    const { page } = await dashboard.open({ before: three })
    for (const [text, found] of [
      ['/metrics/accuracy >= 0.91', ['gamma', 'beta']],
      ['/metrics/accuracy >= 0.91 and /label = "beta"', ['beta']],
      ['/label contains "amm"', ['gamma']],
      ['/size between [2, 20]', ['beta']],
      ['/label in ["alpha", "gamma"]', ['gamma', 'alpha']],
      ['/label prefix "al"', ['alpha']],
      ['/metrics/accuracy exists', ['gamma', 'beta', 'alpha']],
      ['/metrics/accuracy exists, /label = "beta"', ['beta']],
      ['/metrics/accuracy exists&&/label = "alpha"', ['alpha']],
      ['/metrics/accuracy >= 0.91&& /label = "gamma"', ['gamma']],
      ['/metrics/accuracy >= 0.9 and/label exists,/size = 10', ['beta']],
      ['AMM', ['gamma']],
      ['beta', ['beta']],
    ] as const) {
      await search(page).fill(text)
      await search(page).press('Enter')
      await expect.poll(() => names(page), { message: text }).toEqual(found)
    }
  })

  it('finds a run by its id, and by a part of its name with a condition', async () => {
    const { page, client } = await dashboard.open({ before: three })
    const [run] = await client.listPipelineRuns({ name: 'beta' }).first(1)
    await search(page).fill(run?.id ?? '')
    await expect.poll(() => names(page)).toEqual(['beta'])
    await search(page).fill('a /metrics/accuracy < 0.92')
    await expect.poll(() => names(page)).toEqual(['beta', 'alpha'])
  })

  it('completes pointers, operators and values by keyboard', async () => {
    const { page } = await dashboard.open({ before: three })
    await page.getByRole('link', { name: 'gamma' }).waitFor()
    await page.keyboard.press('/')
    await search(page).pressSequentially('/lab')
    await page.getByRole('option', { name: '/label' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('option', { name: 'contains' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('option', { name: '"beta"' }).click()
    expect(await search(page).inputValue()).toBe('/label = "beta"')
    await expect.poll(() => names(page)).toEqual(['beta'])
  })

  it('completes the operators of a pointer that the newest runs do not have', async () => {
    const { page } = await dashboard.open({ before: three })
    await page.getByRole('link', { name: 'gamma' }).waitFor()
    await search(page).pressSequentially('/elsewhere ')
    await expect.poll(() => page.getByRole('option').count()).toBe(11)
    await search(page).pressSequentially('bet')
    await page.getByRole('option', { name: 'between' }).click()
    expect(await search(page).inputValue()).toBe('/elsewhere between ')
    await expect.poll(() => page.getByRole('option').count()).toBe(0)
  })

  it('offers the columns and pointers of runs that appear in an empty project', async () => {
    const { page, client } = await dashboard.open()
    await page.getByText('No runs yet').waitFor()
    await three(client)
    await page.getByRole('link', { name: 'gamma' }).waitFor()
    await page.getByRole('columnheader', { name: 'accuracy' }).waitFor()
    await search(page).pressSequentially('/lab')
    await page.getByRole('option', { name: '/label' }).waitFor()
  })

  it('offers what was logged since the page was opened, and keeps the columns in view', async () => {
    const { page, client } = await dashboard.open({ before: three })
    const headings = () => page.locator('table.runs th.value').allInnerTexts()
    await expect.poll(headings).toHaveLength(2)
    const before = await headings()
    await client.run('gamma').logMetadata({ metadata: { loss: 1, second: 2 } })
    await page.clock.setFixedTime(Date.now() + 60_000)
    await page.getByRole('button', { name: 'Columns' }).click()
    await page.getByLabel('/second').waitFor()
    await expect.poll(headings).toHaveLength(3)
    expect((await headings()).slice(0, 2)).toEqual(before)
    await client.run('gamma').logMetadata({ metadata: { third: 3 } })
    await page.clock.setFixedTime(Date.now() + 120_000)
    await search(page).pressSequentially('/thi')
    await page.getByRole('option', { name: '/third' }).waitFor()
  })

  it('takes columns from older runs if the newest have no metadata', async () => {
    const { page } = await dashboard.open({
      before: async (client) => {
        await three(client)
        await many(client, 30, 'started')
      },
    })
    await page.getByRole('columnheader', { name: 'accuracy' }).waitFor()
  })

  it('keeps the typed text while an earlier search is running', async () => {
    const { page } = await dashboard.open({ before: three })
    await page.getByRole('link', { name: 'gamma' }).waitFor()
    await search(page).fill('/metrics/accuracy >= 0.9')
    // Enter and the next character come before the page is drawn again.
    await search(page).evaluate((box: HTMLInputElement) => {
      box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
      box.value += '2'
      box.dispatchEvent(new InputEvent('input', { bubbles: true }))
    })
    await expect.poll(() => names(page)).toEqual(['gamma'])
    expect(await search(page).inputValue()).toBe('/metrics/accuracy >= 0.92')
  })

  it('shows the position of a mistake', async () => {
    const { page } = await dashboard.open()
    for (const [text, said] of [
      ['/metrics/accuracy >= high', 'Character 22: put text in double quotes: "high"'],
      ['/label', 'an operator is missing'],
      ['/a>=1', 'Character 3: put a space before and after the operator'],
      ['/a = 1 or /b = 2', 'Character 8: join conditions with and'],
      ['/a exists||/b exists', 'Character 1: put a space before and after each operator, and join conditions with and'],
      ['/a = 1 and /b=2 and /c = 3', 'Character 12: put a space before and after each operator'],
      ['/a = 1and /b = 2', 'Character 1: put a space'],
      ['/a between [1]', 'between takes a lowest and a highest value'],
      ['/a = 1 /b = 2', 'Character 8: the condition ends here'],
      ['/a~b exists', 'Character 3: write ~0 for ~'],
      ['/a = 1 and /b~ = 2', 'Character 14: write ~0 for ~'],
      ['/a between [1, "x"]', 'Character 16: between takes two values of the same kind'],
      ['/a between [ null , 1]', 'Character 21: between takes two values of the same kind'],
      ['100%', 'Character 4: names do not contain'],
      ['what? /a exists', 'Character 5: names do not contain'],
      ['a#b', 'Character 2: names do not contain'],
      ['a\\b', 'Character 2: names do not contain'],
      ['iris/a = 1', 'Character 5: put a space before the / of a condition'],
      ['n'.repeat(300), 'it has 300'],
    ] as const) {
      await search(page).fill(text)
      await page.getByRole('alert').filter({ hasText: said }).waitFor()
      expect(await search(page).getAttribute('aria-invalid')).toBe('true')
    }
  })

  it('filters by pipeline and by time', async () => {
    const { page } = await dashboard.open({ before: three })
    await page.getByRole('button', { name: 'Pipeline', exact: true }).click()
    await page.getByRole('checkbox', { name: 'nightly' }).check()
    await expect.poll(() => names(page)).toEqual(['alpha'])
    await page.getByRole('button', { name: 'Clear' }).click()
    await page.getByRole('button', { name: 'Created' }).first().click()
    await page.getByLabel('Before').fill('2020-01-01T00:00')
    await page.getByLabel('Before').blur()
    await page.getByText('No run matches').waitFor()
    await page.getByRole('radio', { name: 'Last hour' }).check()
    await expect.poll(() => names(page)).toEqual(['gamma', 'beta', 'alpha'])
  })

  it('shows new and changed runs without a reload', async () => {
    const { page, client } = await dashboard.open({ before: three })
    await expect.poll(() => names(page)).toHaveLength(3)
    await client.createRun({ name: 'delta' })
    await client.updateRun('alpha', { status: 'stopped' })
    await expect.poll(() => names(page), { timeout: 20_000 }).toEqual(['delta', 'gamma', 'beta', 'alpha'])
    await page.getByRole('row').filter({ hasText: 'alpha' }).getByText('stopped').waitFor()
  })

  it('shows all new runs, however many appear between two polls', async () => {
    const { page, client } = await dashboard.open({ before: (caller) => many(caller, 2, 'old') })
    await page.getByText('2 runs').waitFor()
    const release = await holdSearches(page)
    await many(client, 120, 'new')
    release()
    await page.getByText('122 runs').waitFor()
    const scroller = page.getByRole('region', { name: 'Runs', exact: true })
    expect((await names(page))[0]).toMatch(/^new-/)
    await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight))
    await page.getByRole('link', { name: 'old-0' }).waitFor()
  })

  it('lists the runs of an empty project when many appear at once', async () => {
    const { page, client } = await dashboard.open()
    await page.getByText('No runs yet').waitFor()
    const release = await holdSearches(page)
    await many(client, 60, 'new')
    release()
    await page.getByText('60 runs').waitFor()
  })

  it('keeps the order when many runs appear before the rest of the list is read', async () => {
    const { page, client, key } = await dashboard.open({ isOut: true, before: (caller) => many(caller, 60, 'old') })
    const release = await holdSearches(page, { isFirstPageSent: true })
    await page.goto(`${dashboard.url()}/#key=${key}`)
    await page.getByText('50+ runs').waitFor()
    await many(client, 60, 'new')
    release()
    await expect.poll(async () => (await names(page))[0], { timeout: 20_000 }).toMatch(/^new-/)
    await page.getByText('120 runs').waitFor()
  })

  it('moves, ticks, opens and compares by keyboard', async () => {
    const { page } = await dashboard.open({ before: three })
    await page.getByRole('link', { name: 'gamma' }).waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('x')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    await page.keyboard.press('x')
    expect(await page.getByLabel('Tick gamma').isChecked()).toBe(true)
    expect(await page.getByLabel('Tick beta').isChecked()).toBe(true)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'beta' }).waitFor()
    await page.goBack()
    await page.getByRole('link', { name: 'gamma' }).waitFor()
    await page.keyboard.press('c')
    await page.getByRole('heading', { name: '2 runs compared' }).waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Help' }).waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
  })

  it('deletes runs after the user confirms', async () => {
    const { page, client } = await dashboard.open({ before: three })
    await page.getByLabel('Tick alpha').check()
    await page.getByLabel('Tick beta').check()
    await page.getByRole('button', { name: 'Delete…' }).click()
    await page.getByRole('dialog', { name: 'Delete 2 runs?' }).getByRole('button', { name: 'Cancel' }).click()
    expect(await names(page)).toHaveLength(3)
    await page.getByRole('button', { name: 'Delete…' }).click()
    await page.getByRole('button', { name: 'Delete for good' }).click()
    await expect.poll(() => names(page)).toEqual(['gamma'])
    expect((await client.listPipelineRuns().first(5)).map(({ name }) => name)).toEqual(['gamma'])
  })

  it('explains how to log the first run, and what to do if no run matches', async () => {
    const { page, client } = await dashboard.open()
    await page.getByText('No runs yet').waitFor()
    await client.createRun({ name: 'first' })
    await page.getByRole('link', { name: 'first' }).waitFor()
    await search(page).fill('/nothing = 1')
    await page.getByText('No run matches').waitFor()
    await page.getByRole('button', { name: 'Clear search and filters' }).click()
    await expect.poll(() => names(page)).toEqual(['first'])
  })

  it('says that some runs could not be loaded, and loads them when asked again', async () => {
    const { page, complaints } = await dashboard.open({
      before: (client) => many(client, 60, 'run'),
    })
    await page.route('**/v1/runs/search', (route) =>
      route.request().postDataJSON().limit === 200 ? route.fulfill({ status: 500, body: 'broken' }) : route.continue(),
    )
    await page.reload()
    await page.getByRole('alert').filter({ hasText: 'Some runs could not be loaded' }).waitFor()
    await page.getByText('50+ runs').waitFor()
    await page.unroute('**/v1/runs/search')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('60 runs').waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
    expect(complaints.splice(0).every((text) => text.includes('status of 500'))).toBe(true)
  })

  it('does not show the previous runs if a search fails', async () => {
    const { page, complaints } = await dashboard.open({ before: (client) => client.createRun({ name: 'iris' }) })
    await page.getByRole('link', { name: 'iris' }).waitFor()
    await page.route('**/v1/runs/search', (route) => route.fulfill({ status: 400, body: 'broken' }))
    await search(page).fill('flowers')
    await page.getByRole('button', { name: 'Try again' }).waitFor()
    expect(await names(page)).toEqual([])
    expect(complaints.splice(0).every((text) => text.includes('status of 400'))).toBe(true)
  })

  it('loads more runs while the user scrolls, up to the last one', async () => {
    const { page } = await dashboard.open({
      before: (client) => many(client, 260, 'run'),
    })
    await page.getByRole('row').filter({ hasText: 'run-' }).first().waitFor()
    const seen = new Set<string>()
    const scroller = page.getByRole('region', { name: 'Runs', exact: true })
    await expect
      .poll(async () => {
        for (const name of await names(page)) seen.add(name)
        await scroller.evaluate((element) => element.scrollBy(0, 600))
        return seen.size
      })
      .toBe(260)
    expect(await page.locator('table.runs tbody tr').count()).toBeLessThan(100)
  })
})
