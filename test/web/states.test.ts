import { describe, expect, it } from 'vitest'
import { useDashboard } from './support/dashboard.ts'

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
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    await page.route('**/v1/runs/slow*', async (route) => {
      await held
      await route.continue()
    })
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

  it('links to the list from an unknown address', async () => {
    const { page, go } = await dashboard.open()
    await go('#/nowhere/at/all')
    await page.getByRole('link', { name: 'Show all runs' }).click()
    await page.getByText('No runs yet').waitFor()
  })
})
