import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { buildWeb, WEB_BUDGET } from '../../scripts/web.ts'
import { useDashboard } from './support/dashboard.ts'

describe('the built dashboard', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'runmeta-web-'))
  const files = await buildWeb(folder)
  afterAll(() => rm(folder, { recursive: true }))
  const dashboard = useDashboard()
  const sum = (sizes: readonly number[]): number => sizes.reduce((all, size) => all + size, 0)

  it('keeps its budgets of compressed JavaScript', () => {
    const scripts = files.filter(({ name }) => name.endsWith('.js'))
    const first = sum(scripts.filter(({ isFirst }) => isFirst).map(({ compressed }) => compressed))
    const later = sum(scripts.filter(({ isFirst }) => !isFirst).map(({ compressed }) => compressed))
    process.stdout.write(`dashboard: ${first} bytes before the first run, ${later} later\n`)
    expect(first).toBeLessThanOrEqual(WEB_BUDGET.beforeFirstRun)
    expect(later).toBeLessThanOrEqual(WEB_BUDGET.later)
  })

  it('names each file with a hash, and loads nothing from another host', async () => {
    for (const { name } of files) expect(name).toMatch(/^[a-z]+-[0-9A-Za-z]{8}\.(?:js|css|svg)$/)
    const page = await readFile(join(folder, 'index.html'), 'utf8')
    expect(page).not.toMatch(/https?:|<style|style=|\son\w+=|<script(?! type="module" src="assets\/)/)
  })

  it('loads the plots when one is first shown', async () => {
    const ids: string[] = []
    const desk = await dashboard.open({
      before: async (client) => {
        for (const loss of [1, 2]) {
          const run = await client.createRun()
          ids.push(run.id)
          await run.logMetadata({ metadata: { loss } })
        }
      },
    })
    // What the two libraries name their elements by, in files that are loaded later.
    const libraries = [/u-legend/, /handle--/].map((mark) =>
      files.filter(({ name, content }) => name.endsWith('.js') && mark.test(new TextDecoder().decode(content))),
    )
    expect(libraries.map((found) => found.map(({ isFirst }) => isFirst))).toEqual([[false], [false]])
    const [lines, axes] = libraries.map(([file]) => `/assets/${file?.name}`)
    const asked: string[] = []
    desk.page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    const loaded = () => [lines, axes].map((path = '') => asked.includes(path))
    await desk.go(`#/compare?${ids.map((id) => `run=${id}`).join('&')}`)
    await desk.page.reload()
    await desk.page.getByRole('rowheader', { name: '/loss differs' }).waitFor()
    expect(loaded()).toEqual([false, false])
    await desk.page.getByRole('button', { name: 'Histories' }).click()
    await desk.page.getByRole('img', { name: '/loss of 2 runs' }).waitFor()
    expect(loaded()).toEqual([true, false])
    await desk.page.getByRole('button', { name: 'Parallel coordinates' }).click()
    await desk.page.getByText('Choose at least two axes').waitFor()
    expect(loaded()).toEqual([true, true])
  })

  it('loads only its main files before the first run is shown, compressed and cacheable', async () => {
    const { page, key } = await dashboard.open({ isOut: true, before: (client) => client.createRun({ name: 'first' }) })
    const loaded: {
      readonly path: string
      readonly headers: Record<string, string>
      readonly size: Promise<number>
    }[] = []
    page.on('response', (reply) => {
      const { pathname } = new URL(reply.url())
      if (!pathname.startsWith('/assets/')) return
      const size = reply
        .request()
        .sizes()
        .then(({ responseBodySize }) => responseBodySize)
      loaded.push({ path: pathname, headers: reply.headers(), size })
    })
    await page.goto(`${dashboard.url()}/#key=${key}`)
    await page.getByRole('link', { name: 'first' }).waitFor()
    const scripts = loaded.filter(({ path }) => path.endsWith('.js'))
    expect(sum(await Promise.all(scripts.map(({ size }) => size)))).toBeLessThanOrEqual(WEB_BUDGET.beforeFirstRun)
    for (const { headers } of loaded) {
      expect(headers['cache-control']).toBe('public, max-age=31536000, immutable')
      expect(headers['content-encoding']).toBe('br')
      expect(headers['x-content-type-options']).toBe('nosniff')
    }
  })
})
