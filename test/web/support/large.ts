import { type Client, type Metadata, RunmetaError } from '@runmeta/sdk'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Desk } from './dashboard.ts'

/** Logs in one request, as many as the API takes, and requests at once. */
const AT_ONCE = 100
const REQUESTS = 4
/** Entries of a history in one reply. */
const PAGE = 1000
/** Entries of numbers that the page reads by itself. */
const BY_ITSELF = 20_000
/** Milliseconds for as many pages as a history has, on a busy machine. */
const READ = { timeout: 280_000 }
/** Elements of a page that draws what is in view, and no more. */
export const IN_VIEW = 1500

export const elements = (page: Page): Promise<number> => page.evaluate(() => document.querySelectorAll('*').length)

/** Paths of the API that the page asks from now on. */
export function asked(page: Page): string[] {
  const paths: string[] = []
  page.on('request', (request) => {
    const { pathname } = new URL(request.url())
    if (pathname.startsWith('/v1/')) paths.push(pathname)
  })
  return paths
}

export interface NumberedLog {
  readonly stepName?: string
  readonly metadata: Metadata
}

/** Logs many times to one run. */
export async function logTimes(
  client: Client,
  run: string,
  count: number,
  logOf: (n: number) => NumberedLog,
): Promise<void> {
  let next = 0
  const work = async (): Promise<void> => {
    while (next < count) {
      const from = next
      next += AT_ONCE
      const numbers = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, at) => from + at)
      const logs = numbers.map((n) => ({ runIdNameOrPrefix: run, logRelatedEntities: false, ...logOf(n) }))
      for (const result of await client.logMany(logs)) if (result instanceof RunmetaError) throw result
    }
  }
  await Promise.all(Array.from({ length: REQUESTS }, work))
}

/** Opens a history that is longer than what the page reads by itself, and reads it to its end. */
export async function expectLongHistory({ page, client, go }: Desk, count: number): Promise<void> {
  const run = await client.createRun({ name: 'long', index: false })
  const first = await run.logMetadata({ metadata: { loss: -1 } })
  await logTimes(client, run.id, count - 1, (n) => ({ metadata: { loss: n } }))
  // The page would read the newest logs of a running run again.
  await run.update({ status: 'completed' })
  const paths = asked(page)
  const pages = (): number => paths.filter((path) => path.endsWith('/history')).length
  await go('#/runs/long/history?key=loss')
  await page.getByText('20,000+ logs').waitFor(READ)
  await page.getByText('The plot has the newest 20,000 logs.').waitFor()
  await page.getByRole('img', { name: `loss over time: ${BY_ITSELF} numbers` }).waitFor()
  expect(pages()).toBe(BY_ITSELF / PAGE)
  expect(await elements(page)).toBeLessThan(IN_VIEW)

  await page.getByRole('button', { name: 'Read all logs' }).click()
  await page.getByText(`${count.toLocaleString('en')} logs`).waitFor(READ)
  await page.getByRole('img', { name: `loss over time: ${count} numbers` }).waitFor()
  expect(await page.getByText('The plot has the newest').count()).toBe(0)
  expect(pages()).toBe(Math.ceil(count / PAGE))
  await page.getByRole('region', { name: 'Logs, newest first' }).evaluate((list) => list.scrollTo(0, list.scrollHeight))
  await page.getByLabel('Side A: log 1', { exact: true }).check()
  expect(await elements(page)).toBeLessThan(IN_VIEW)

  // The link names a log beyond what is read by itself.
  expect(page.url()).toContain(first?.log.id ?? 'no log')
  await page.reload()
  await page.getByRole('article').filter({ hasText: '-1' }).waitFor(READ)
}
