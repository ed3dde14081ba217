import { describe, expect, it } from 'vitest'
import { useDashboard } from './support/dashboard.ts'
import { asked, elements, expectLongHistory, IN_VIEW, logTimes } from './support/large.ts'

const AWKWARD = ['__proto__', 'constructor', 'toString', 'مفتاح']

describe('what is large or awkward', () => {
  const dashboard = useDashboard()

  it('a run of 5,000 steps', async () => {
    const { page, go } = await dashboard.open({
      before: async (client) => {
        const run = await client.createRun({ name: 'steps', index: false })
        await logTimes(client, run.id, 5000, (n) => ({ stepName: `step ${n}`, metadata: { n } }))
        await run.update({ status: 'completed' })
      },
    })
    const paths = asked(page)
    await go('#/runs/steps')
    await page.getByText('5,000 steps').waitFor()
    expect(await elements(page)).toBeLessThan(IN_VIEW)
    const read = paths.length
    await page.getByRole('searchbox', { name: 'Filter steps' }).fill('step 4999')
    await page.getByRole('button', { name: 'step 4999' }).click()
    await page.getByRole('article', { name: 'n' }).getByText('4999', { exact: true }).waitFor()
    await page.getByRole('searchbox', { name: 'Filter steps' }).fill('')
    await page.locator('.steps-list').evaluate((list) => list.scrollTo(0, list.scrollHeight))
    await expect.poll(() => page.locator('.steps-list li').last().getAttribute('aria-posinset')).toBe('5001')
    expect(await elements(page)).toBeLessThan(IN_VIEW)
    // What is there is looked through, not asked for again.
    expect(paths.length).toBe(read)
  })

  it('a run of 10,000 keys, one of which is a text of 1 MiB', async () => {
    const long = `${'x'.repeat(1024 * 1024 - 12)}the end`
    const { page, go } = await dashboard.open({
      before: async (client) => {
        const run = await client.createRun({ name: 'keys', index: false })
        await run.logMetadata({ metadata: { long } })
        await run.logMetadata({
          metadata: Object.fromEntries(Array.from({ length: 9999 }, (_, index) => [`key ${index}`, index])),
        })
      },
    })
    await go('#/runs/keys')
    await page.getByPlaceholder('Filter 10,000 keys').waitFor()
    await page.getByRole('article', { name: 'key 0', exact: true }).waitFor()
    expect(await elements(page)).toBeLessThan(IN_VIEW)
    const filter = page.getByRole('searchbox', { name: 'Filter keys' })
    await filter.fill('key 9998')
    await page.getByRole('article').getByText('9998', { exact: true }).last().waitFor()
    await filter.fill('long')
    const card = page.getByRole('article', { name: 'long', exact: true })
    const shown = (): Promise<number> => card.evaluate((element) => element.textContent?.length ?? 0)
    await card.waitFor()
    expect(await shown()).toBeLessThan(2000)
    await card.getByRole('button', { name: /Show all 1,048,\d+ characters/ }).click()
    await expect.poll(shown).toBeGreaterThan(1024 * 1024 - 12)
    await expect.poll(() => card.innerText()).toContain('the end')
  })

  it('a history of more logs than are read at once', async () => {
    await expectLongHistory(await dashboard.open(), 20_100)
  }, 300_000)

  it('keys like __proto__: in the list, in cards, in a history, compared, and as steps', async () => {
    const ids: string[] = []
    const { page, go } = await dashboard.open({
      before: async (client) => {
        for (const name of ['one', 'two']) {
          const run = await client.createRun({ name })
          ids.push(run.id)
          const metadata = Object.fromEntries(AWKWARD.map((key) => [key, `${name} ${key}`]))
          await run.logMetadata({ metadata })
          for (const step of AWKWARD) await run.step(step).logMetadata({ metadata, logRelatedEntities: false })
        }
      },
    })
    for (const key of AWKWARD) {
      const pointer = encodeURIComponent(`/${key}`)
      await go(`#/?column=${pointer}`)
      await page.getByRole('cell', { name: `one ${key}`, exact: true }).waitFor()
      await go(`#/?q=${encodeURIComponent(`/${key} = "two ${key}"`)}`)
      await expect.poll(() => page.locator('td.name a').allInnerTexts()).toEqual(['two'])
      await go(`#/runs/one?step=${encodeURIComponent(key)}`)
      await page.getByRole('article', { name: key, exact: true }).getByText(`one ${key}`).waitFor()
      await page.getByTitle(key, { exact: true }).and(page.locator('[aria-current]')).waitFor()
      await go(`#/runs/one/history?key=${encodeURIComponent(key)}`)
      await page.getByRole('cell', { name: `one ${key}`, exact: true }).waitFor()
      await go(`#/compare?${ids.map((id) => `run=${id}`).join('&')}&q=${pointer}`)
      await page.getByRole('rowheader', { name: `/${key} differs`, exact: true }).waitFor()
      await page.getByRole('cell', { name: `two ${key}`, exact: true }).waitFor()
    }
  })

  it('text that is written from right to left, beside text that is not', async () => {
    const { page, go } = await dashboard.open({
      before: async (client) => {
        const run = await client.createRun({ name: 'directions' })
        await run.logMetadata({
          metadata: { arabic: 'مرحبا (1) بالعالم', english: 'hello', long: 'שלום '.repeat(400) },
        })
      },
    })
    await go('#/runs/directions')
    const direction = (key: string): Promise<string> =>
      page
        .getByRole('article', { name: key, exact: true })
        .locator('.string')
        .evaluate((element) => getComputedStyle(element).direction)
    expect([await direction('arabic'), await direction('english'), await direction('long')]).toEqual([
      'rtl',
      'ltr',
      'rtl',
    ])
    await go('#/?column=%2Farabic&column=%2Fenglish')
    const cells = page.getByRole('row').filter({ hasText: 'directions' }).locator('td.value')
    await expect.poll(() => cells.allInnerTexts()).toEqual(['مرحبا (1) بالعالم', 'hello'])
    expect(await cells.locator('bdi').count()).toBe(2)
  })
})
