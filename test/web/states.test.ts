import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { useDashboard } from './support/dashboard.ts'

/** Holds requests to a URL until they are released. */
async function holdRequests(page: Page, url: string): Promise<() => void> {
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route(url, async (route) => {
    await held
    await route.continue()
  })
  return release
}

describe('the dashboard', () => {
  const dashboard = useDashboard()

  it('says that the server does not respond, keeps its content, and continues when the server is back', async () => {
    const { page, client, complaints } = await dashboard.open({
      before: (caller) => caller.createRun({ name: 'shown' }),
    })
    await page.getByRole('link', { name: 'shown' }).waitFor()
    await page.context().setOffline(true)
    await page.getByRole('alert').filter({ hasText: 'The server does not respond' }).waitFor()
    await page.getByRole('link', { name: 'shown' }).waitFor()
    await page.getByRole('link', { name: 'shown' }).click()
    await page.getByText('Check that it is running and reachable').waitFor()
    await client.run('shown').logMetadata({ metadata: { back: 1 } })
    await page.context().setOffline(false)
    await page.getByRole('article', { name: 'back' }).waitFor()
    await expect.poll(() => page.getByRole('alert').count()).toBe(0)
    expect(complaints.splice(0).every((text) => text.includes('ERR_INTERNET_DISCONNECTED'))).toBe(true)
  })

  it('shows a progress bar if a request takes over half a second', async () => {
    const { page, go } = await dashboard.open({ before: (caller) => caller.createRun({ name: 'slow' }) })
    const release = await holdRequests(page, '**/v1/runs/slow*')
    await go('#/runs/slow')
    await page.getByRole('progressbar', { name: 'Loading' }).waitFor()
    release()
    await page.getByRole('heading', { name: 'slow' }).waitFor()
    await expect.poll(() => page.getByRole('progressbar').count()).toBe(0)
  })

  it('shows the error of a failed request with its id, and tries again', async () => {
    const { page, go, complaints } = await dashboard.open({ before: (caller) => caller.createRun({ name: 'broken' }) })
    await page.route('**/v1/runs/broken*', (route) =>
      route.fulfill({
        status: 400,
        contentType: 'application/problem+json',
        headers: { 'x-request-id': 'the-request' },
        body: JSON.stringify({
          type: 'about:blank',
          title: 'Bad Request',
          status: 400,
          code: 'bad_request',
          detail: 'run: is broken',
          requestId: 'the-request',
        }),
      }),
    )
    await go('#/runs/broken')
    await page.getByText('run: is broken').waitFor()
    await page.getByText('the-request').waitFor()
    await page.unroute('**/v1/runs/broken*')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('heading', { name: 'broken' }).waitFor()
    expect(complaints).toEqual([])
  })

  it.each([
    ['reduce', 'none', 0],
    ['no-preference', 'turn', 1.2],
  ] as const)('respects the preference for reduced motion: %s', async (reducedMotion, name, seconds) => {
    const { page } = await dashboard.open({ reducedMotion, before: (caller) => caller.createRun({ name: 'moving' }) })
    const sign = page.getByRole('row').filter({ hasText: 'moving' }).locator('.status svg')
    const style = await sign.evaluate((element) => {
      const { animationName, animationDuration } = getComputedStyle(element)
      return { name: animationName, seconds: Number.parseFloat(animationDuration) }
    })
    expect(style).toEqual({ name, seconds })
  })

  it('focuses the heading of each page that is opened, unless the user has focused something else', async () => {
    const { page } = await dashboard.open({
      before: async (caller) => {
        await caller.run((await caller.createRun({ name: 'one' })).id).logMetadata({ metadata: { loss: 1 } })
        await caller.createRun({ name: 'two' })
      },
    })
    const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim())
    const isFocused = (name: string) => heading(name).evaluate((element) => element === document.activeElement)
    const heading = (name: string) => page.getByRole('heading', { name, level: 1 })
    const pages = page.getByRole('navigation', { name: 'Pages' })
    await page.getByRole('link', { name: 'two' }).waitFor()
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true)
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.getByRole('article', { name: 'loss' }).waitFor()
    expect(await isFocused('one')).toBe(true)
    expect(await heading('one').evaluate((element) => getComputedStyle(element).outlineStyle)).toBe('none')
    await page.keyboard.press('/')
    await page.keyboard.type('lo')
    expect(await page.getByRole('searchbox', { name: 'Filter keys' }).inputValue()).toBe('lo')
    await page.getByRole('link', { name: 'History of loss' }).click()
    await expect.poll(() => isFocused('loss')).toBe(true)
    await pages.getByRole('link', { name: 'Keys' }).click()
    await expect.poll(() => isFocused('Keys')).toBe(true)
    await page.goBack()
    await expect.poll(() => isFocused('loss')).toBe(true)
    await pages.getByRole('link', { name: 'Runs' }).click()
    await expect.poll(() => isFocused('Runs')).toBe(true)
    await page.getByRole('link', { name: 'two' }).waitFor()
    await page.keyboard.press('j')
    await expect.poll(focused).toBe('two')
    const release = await holdRequests(page, '**/v1/runs/*')
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'two' }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Keyboard and search help' }).focus()
    release()
    await page.getByRole('link', { name: 'Compare with…' }).waitFor()
    expect(await focused()).toBe('?')
  })

  it('links to the list from an unknown address', async () => {
    const { page, go } = await dashboard.open()
    await go('#/nowhere/at/all')
    await page.getByRole('link', { name: 'Show all runs' }).click()
    await page.getByText('No runs yet').waitFor()
  })
})
