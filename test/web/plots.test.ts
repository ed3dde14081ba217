import { type Client, NumberLiteral } from '@runmeta/sdk'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { useDashboard } from './support/dashboard.ts'

interface Shown {
  /** The value in the legend. */
  readonly value: string
  /** Whether the point lies within the plot. */
  readonly isInside: boolean
}

/** Moves the pointer over a plot, to a place between 0 and 1 on the x axis. */
async function pointAt(page: Page, place: number): Promise<Shown> {
  const plot = page.locator('.u-over')
  const { x, y, width, height } = await boxOf(plot)
  await page.mouse.move(x + width / 2, y + height / 2)
  await page.mouse.move(x + place * (width - 1), y + height / 2)
  const value = (await page.locator('.u-legend .u-value').allInnerTexts())[1] ?? ''
  const point = await boxOf(page.locator('.u-cursor-pt').first())
  const middle = point.y + point.height / 2
  return { value, isInside: middle >= y && middle <= y + height }
}

async function boxOf(element: ReturnType<Page['locator']>) {
  const box = await element.boundingBox()
  if (box === null) throw new Error('nothing is there')
  return box
}

const TIMES = ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.001Z', '2026-01-01T00:00:00.002Z']

/** Logs 0 and 1 a millisecond apart, and then 2 to 51 in one millisecond. */
async function logFast(client: Client): Promise<string> {
  const run = await client.createRun({ name: 'fast' })
  await client.logMany(
    Array.from({ length: 52 }, (_, n) => ({
      runIdNameOrPrefix: run.id,
      metadata: { n, metrics: { n } },
      createdAt: TIMES[Math.min(n, 2)] ?? '',
    })),
  )
  return run.id
}

describe('plots', () => {
  const dashboard = useDashboard()

  it('show all logs of one millisecond in their order', async () => {
    const { page, go } = await dashboard.open({ before: logFast })
    for (const key of ['n', 'metrics']) {
      await go(`#/runs/fast/history?key=${key}`)
      await page.getByRole('img', { name: /over time: 52 numbers, the latest 51$/ }).waitFor()
      await expect.poll(() => pointAt(page, 0)).toEqual({ value: '0', isInside: true })
      await expect.poll(() => pointAt(page, 1)).toEqual({ value: '51', isInside: true })
    }
  })

  it('compare all logs of one millisecond over time', async () => {
    let ids: string[] = []
    const { page, go } = await dashboard.open({
      timezoneId: 'UTC',
      before: async (client) => {
        ids = [await logFast(client), (await client.createRun({ name: 'other' })).id]
      },
    })
    for (const [over, last] of [
      ['time', '2026-01-01 00:00:00'],
      ['elapsed', '0.002'],
    ]) {
      await go(`#/compare?run=${ids[0]}&run=${ids[1]}&view=histories&key=/n&over=${over}`)
      await page.getByRole('img', { name: '/n of 2 runs' }).waitFor()
      await expect.poll(() => pointAt(page, 1)).toEqual({ value: '51', isInside: true })
      await expect.poll(async () => Number((await pointAt(page, 0.85)).value)).toBeGreaterThan(10)
      expect(Number((await pointAt(page, 0.85)).value)).toBeLessThan(45)
      expect(await page.locator('.u-legend .u-value').first().innerText()).toBe(last)
    }
  })

  it('leave out numbers that are too large to draw, and say so', async () => {
    const ids: string[] = []
    const { page, go } = await dashboard.open({
      before: async (client) => {
        for (const [name, large] of [
          ['high', '1.7e308'],
          ['low', '-1.7e308'],
          ['edge', '1e300'],
          ['small', '-1e300'],
        ] as const) {
          const run = await client.createRun({ name })
          ids.push(run.id)
          for (const number of ['1', large, large])
            await run.logMetadata({ metadata: { large: new NumberLiteral(number), depth: ids.length } })
        }
      },
    })
    const compare = `#/compare?${ids.map((id) => `run=${id}`).join('&')}`
    const note = page.getByText('Numbers beyond 1e300 are only in tables.')
    await go(`${compare}&view=parallel`)
    await page.getByRole('img', { name: '4 runs across 2 axes' }).waitFor()
    await note.waitFor()
    const ticks = await page.locator('.parallel-axis').last().locator('.tick').allTextContents()
    expect(ticks).toEqual(['-1e+300', '-5e+299', '0', '5e+299', '1e+300'])
    for (const fieldset of await page.locator('.ranges fieldset').all())
      expect((await boxOf(fieldset)).width).toBeLessThan(200)
    await go(`${compare}&view=scatter`)
    await page.getByText('2 of 4 runs have both numbers').waitFor()
    await note.waitFor()
    await page.getByRole('link', { name: /^edge: / }).waitFor()
    await go(`${compare}&view=histories&key=/large`)
    await page.getByRole('img', { name: '/large of 4 runs' }).waitFor()
    await note.waitFor()
    await go('#/runs/edge/history?key=large')
    await page.getByRole('img', { name: 'large over time: 3 numbers, the latest 1e+300' }).waitFor()
    await expect.poll(() => pointAt(page, 1)).toEqual({ value: '1e+300', isInside: true })
    expect(await note.count()).toBe(0)
    await go('#/runs/high/history?key=large')
    await note.waitFor()
  })

  it('do not say that there are no numbers if all are too large to draw', async () => {
    const ids: string[] = []
    const { page, go } = await dashboard.open({
      before: async (client) => {
        for (const large of ['1.7e308', '1e400']) {
          const run = await client.createRun()
          ids.push(run.id)
          await run.logMetadata({ metadata: { large: new NumberLiteral(large) } })
        }
      },
    })
    for (const view of ['parallel', 'scatter', 'histories']) {
      await go(`#/compare?run=${ids[0]}&run=${ids[1]}&view=${view}`)
      await page.getByText('Numbers beyond 1e300 are only in tables.').waitFor()
    }
  })

  it('have room for long labels, also on a phone', async () => {
    const ids: string[] = []
    const { page, go } = await dashboard.open({
      viewport: { width: 390, height: 844 },
      before: async (client) => {
        for (const [index, name] of ['one', 'two', 'three'].entries()) {
          const run = await client.createRun({ name })
          ids.push(run.id)
          for (const [at, createdAt] of [
            '2026-01-01T00:00:00Z',
            '2026-01-01T12:00:00Z',
            '2026-01-02T00:00:00Z',
          ].entries())
            await run.logMetadata({
              metadata: {
                long: new NumberLiteral(`-1234567890${index}.${5 + at}`),
                tiny: new NumberLiteral(`0.0000123456${index}${at}`),
                vast: new NumberLiteral(`${index + at}e299`),
              },
              createdAt,
            })
        }
      },
    })
    await page.addInitScript(() => {
      const { fillText } = CanvasRenderingContext2D.prototype
      CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
        const width = this.measureText(text).width
        const left = { right: x - width, center: x - width / 2 }[String(this.textAlign)] ?? x
        this.canvas.dataset.texts = `${this.canvas.dataset.texts ?? ''}${text}\n`
        if (left < 0 || left + width > this.canvas.width) this.canvas.dataset.cut = text
        fillText.call(this, text, x, y)
      }
    })
    await page.reload()
    for (const key of ['long', 'tiny', 'vast']) {
      await go(`#/runs/one/history?key=${key}`)
      await page.getByRole('img', { name: `${key} over time: 3 numbers` }).waitFor()
      const { texts = '', cut } = await page.locator('canvas').evaluate((canvas) => ({ ...canvas.dataset }))
      expect([key, cut]).toEqual([key, undefined])
      expect(texts.split('\n').filter((text) => /^-?[\d.]+(?:e.*)?$/.test(text)).length).toBeGreaterThan(2)
    }
    for (const [x, y] of [
      ['/long', '/tiny'],
      ['/tiny', '/long'],
      ['/vast', '/vast'],
    ] as const) {
      await go(`#/compare?${ids.map((id) => `run=${id}`).join('&')}&view=scatter&x=${x}&y=${y}`)
      await page.getByRole('figure', { name: `${y} by ${x}` }).waitFor()
      const cut = await page.locator('svg.scatter').evaluate((svg) => {
        const { left, right } = svg.getBoundingClientRect()
        const name = svg.querySelector('[transform*=rotate]')?.getBoundingClientRect().right ?? 0
        return Array.from(svg.querySelectorAll('g text'), (text) => ({ text, box: text.getBoundingClientRect() }))
          .filter(({ text, box }) => box.right > right || box.left < (text.matches('[text-anchor=end]') ? name : left))
          .map(({ text }) => text.textContent)
      })
      expect(cut).toEqual([])
      const ticks = await page.locator('svg.scatter text[text-anchor=end]').allTextContents()
      expect(new Set(ticks).size).toBe(ticks.length)
    }
  })
})
