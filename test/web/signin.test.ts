import { Client } from '@runmeta/sdk'
import { describe, expect, it } from 'vitest'
import { useDashboard } from './support/dashboard.ts'

describe('signing in', () => {
  const dashboard = useDashboard()

  it('accepts a pasted key, shows its name, and keeps it only in this tab', async () => {
    const { page, key } = await dashboard.open({ isOut: true })
    await page.goto(dashboard.url())
    await page.getByLabel('API key').fill(` ${key}\n`)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'tester admin' }).click()
    await expect.poll(() => page.getByText('Only this tab keeps the key').isVisible()).toBe(true)
    const kept = await page.evaluate(() => [
      Object.values(sessionStorage),
      Object.values(localStorage),
      document.cookie,
    ])
    expect(kept).toEqual([[key], [], ''])
    await page.reload()
    await page.getByRole('button', { name: 'tester admin' }).waitFor()
    const other = await page.context().newPage()
    await other.goto(dashboard.url())
    await other.getByLabel('API key').waitFor()
  })

  it('accepts a key from the address, and removes it from there immediately', async () => {
    const { page, key } = await dashboard.open({ isOut: true })
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url(), request.headers().referer ?? ''))
    await page.goto(`${dashboard.url()}/#key=${encodeURIComponent(key)}`)
    await page.getByRole('button', { name: 'tester admin' }).waitFor()
    expect(await page.evaluate(() => location.href)).not.toContain(key)
    expect(await page.evaluate(() => history.length)).toBeLessThanOrEqual(2)
    expect(asked.filter((url) => url.includes(key))).toEqual([])
    expect(await page.content()).not.toContain(key)
  })

  it('accepts another key from an address that is opened later', async () => {
    const { page, go } = await dashboard.open()
    const { key } = await new Client({ url: dashboard.url(), apiKey: dashboard.root() }).createKey({
      role: 'read',
      project: 'elsewhere',
    })
    await go(`#key=${key}`)
    await page.getByRole('button', { name: /^key / }).click()
    await page.getByText('read', { exact: true }).waitFor()
    expect(page.url()).not.toContain(key)
  })

  it('refuses a run token from the address, and keeps the key of the tab', async () => {
    const { page, key } = await dashboard.open({ isOut: true })
    const openLink = () =>
      page.evaluate(() => {
        location.hash = '#key=rmt_something'
      })
    await page.goto(`${dashboard.url()}/#key=rmt_something`)
    const alert = page.getByRole('alert').filter({ hasText: 'This is a run token' })
    await alert.waitFor()
    await page.goto(dashboard.url())
    await expect.poll(() => alert.count()).toBe(0)
    await openLink()
    await alert.waitFor()
    expect(page.url()).not.toContain('rmt_')
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
    await page.goto(`${dashboard.url()}/#key=${key}`)
    await page.getByRole('button', { name: 'tester admin' }).waitFor()
    await Promise.all([page.getByText('This is a run token').waitFor(), openLink()])
    expect(await page.evaluate(() => Object.values(sessionStorage))).toEqual([key])
    await page.getByRole('button', { name: 'tester admin' }).waitFor()
  })

  it.each([
    ['rmk_0123456789abcdef_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', /refuses this key/],
    ['two words', /contains no spaces/],
    ['rmt_something', /run token/],
  ])('says what is wrong with %s', async (text, said) => {
    const { page } = await dashboard.open({ isOut: true })
    await page.goto(dashboard.url())
    await page.getByLabel('API key').fill(text)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').filter({ hasText: said }).waitFor()
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
  })

  it('says that a key is refused later, and returns to the same page with another key', async () => {
    const { page, key, go } = await dashboard.open({ before: (client) => client.createRun({ name: 'kept' }) })
    await go('#/runs/kept')
    await page.getByRole('heading', { name: 'kept' }).waitFor()
    await page.route('**/v1/**', (route) => route.fulfill({ status: 401, body: '{}' }))
    await page.reload()
    await page.getByText('The server refuses this key').waitFor()
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
    await page.unroute('**/v1/**')
    await page.getByLabel('API key').fill(key)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'kept' }).waitFor()
  })

  it('forgets the key when signed out', async () => {
    const { page } = await dashboard.open()
    await page.getByRole('button', { name: 'tester admin' }).click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('API key').waitFor()
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
  })

  it.each(['read', 'log'] as const)('hides actions that a %s key may not do', async (role) => {
    const { page, go } = await dashboard.open({ role, before: (client) => client.createRun({ name: 'mine' }) })
    await page.getByRole('link', { name: 'mine' }).waitFor()
    await page.getByLabel('Tick mine').check()
    await page.getByRole('button', { name: /^key / }).click()
    await page.getByText(role, { exact: true }).waitFor()
    expect(await page.getByRole('button', { name: 'Delete…' }).count()).toBe(0)
    expect(await page.getByRole('link', { name: 'Keys' }).count()).toBe(0)
    await go('#/runs/mine')
    await page.getByRole('heading', { name: 'mine' }).waitFor()
    expect(await page.getByRole('button', { name: 'Delete…' }).count()).toBe(0)
    await go('#/keys')
    await page.getByText('Keys are for admins').waitFor()
  })
})
