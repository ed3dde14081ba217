import { Client } from '@runmeta/sdk'
import { describe, expect, it } from 'vitest'
import { useDashboard } from './support/dashboard.ts'

describe('keys', () => {
  const dashboard = useDashboard()

  it('are listed, created and shown once, and revoked', async () => {
    const { page, client } = await dashboard.open()
    await page.getByRole('link', { name: 'Keys' }).click()
    await page.getByRole('row').filter({ hasText: 'tester admin' }).getByText('yours').waitFor()
    await page.getByRole('button', { name: 'New key' }).click()
    const dialog = page.getByRole('dialog', { name: 'New key' })
    await dialog.getByRole('radio', { name: 'read' }).check()
    await dialog.getByLabel('Name').fill('reviewer')
    await dialog.getByRole('button', { name: 'Create the key' }).click()
    const made = await page.getByRole('region', { name: 'The new key' }).locator('code').innerText()
    expect(made).toMatch(/^rmk_[0-9a-f]+_[0-9a-f]+$/)
    const reviewer = new Client({ url: dashboard.url(), apiKey: made })
    expect(await reviewer.listPipelineRuns().first(1)).toEqual([])
    expect((await client.listKeys()).map(({ name, role }) => [name, role])).toContainEqual(['reviewer', 'read'])
    await page.reload()
    await page.getByRole('row').filter({ hasText: 'reviewer' }).waitFor()
    expect(await page.content()).not.toContain(made)
    await page.getByRole('row').filter({ hasText: 'reviewer' }).getByRole('button', { name: 'Revoke…' }).click()
    await page.getByRole('button', { name: 'Revoke', exact: true }).click()
    await expect.poll(() => page.getByRole('row').filter({ hasText: 'reviewer' }).count()).toBe(0)
    expect((await client.listKeys()).map(({ name }) => name)).not.toContain('reviewer')
  })

  it('keep what was typed when a selection of text ends outside the dialog', async () => {
    const { page, go } = await dashboard.open()
    await go('#/keys')
    await page.getByRole('button', { name: 'New key' }).click()
    const name = page.getByRole('dialog').getByLabel('Name')
    await name.fill('trainer')
    await name.hover()
    await page.mouse.down()
    await page.mouse.move(5, 450, { steps: 3 })
    await page.mouse.up()
    expect(await name.inputValue()).toBe('trainer')
    await page.mouse.click(5, 450)
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
  })

  it('cannot be created with invalid input, and the error says why', async () => {
    const { page, go } = await dashboard.open()
    await go('#/keys')
    await page.getByRole('button', { name: 'New key' }).click()
    await page.getByLabel('Expires').fill('2020-01-01T00:00')
    await page.getByRole('button', { name: 'Create the key' }).click()
    await page.getByRole('alert').filter({ hasText: 'expiresAt' }).waitFor()
  })
})
