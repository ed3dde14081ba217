import { Client, type Role } from '@runmeta/sdk'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest'
import { type Served, serveFunction, serveLocally } from './served.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** What serves the dashboard: the server of one machine, or the function's bundle. */
    dashboard: 'server' | 'function'
  }
}

/** A person at a page, with a project of its own. */
export interface Desk {
  readonly page: Page
  readonly key: string
  /** Speaks to the API with the same key. */
  readonly client: Client
  /** Opens a page by what stands after the address's `#`. */
  go(hash: string): Promise<void>
  /** What the page complained of, which fails the test unless the test takes it. */
  readonly complaints: string[]
}

export interface DeskOptions extends BrowserContextOptions {
  /** @default 'admin' */
  readonly role?: Role
  /** Where the project was made by another desk. */
  readonly project?: string
  /** Runs before anybody signs in. */
  readonly before?: (client: Client) => Promise<unknown>
  /** Whether nobody signs in. */
  readonly isOut?: boolean
}

/** What a browser says of a refusal by the API, as of any. */
const REFUSED = /^Failed to load resource: the server responded with a status of (?:400|401|403|404|409)/

/** A server of the file's own, and pages in the Chromium that all files share. */
export function useDashboard() {
  let served: Served | undefined
  let browser: Browser | undefined
  const desks: Desk[] = []

  beforeAll(async () => {
    const [started, endpoint] = await Promise.all([
      inject('dashboard') === 'function' ? serveFunction() : serveLocally(),
      fetch(inject('browser')).then((reply) => reply.text()),
    ])
    served = started
    browser = await chromium.connect(endpoint)
  })
  afterEach(async () => {
    for (const { page, complaints } of desks.splice(0)) {
      await page.context().close()
      expect(complaints).toEqual([])
    }
  })
  afterAll(async () => {
    await browser?.close()
    await served?.stop()
  })

  const url = (): string => served?.url ?? ''
  const root = (): string => served?.rootKey ?? ''
  const clientOf = (apiKey: string): Client => new Client({ url: url(), apiKey })

  async function open({ role = 'admin', project, before, isOut = false, ...context }: DeskOptions = {}): Promise<Desk> {
    if (browser === undefined) throw new Error('no browser')
    const own = project ?? `p-${crypto.randomUUID()}`
    const made = await clientOf(root()).createKey({ role, project: own, name: `tester ${role}` })
    const writer = role === 'admin' ? made : await clientOf(root()).createKey({ role: 'admin', project: own })
    const client = clientOf(writer.key)
    await before?.(client)
    const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 }, ...context })).newPage()
    // Shorter than a test's, so that what did not come is named.
    page.setDefaultTimeout(20_000)
    const complaints: string[] = []
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error' && !REFUSED.test(message.text())) complaints.push(message.text())
    })
    const desk: Desk = {
      page,
      key: made.key,
      client,
      complaints,
      async go(hash) {
        await page.goto(`${url()}/${hash}`)
      },
    }
    desks.push(desk)
    if (!isOut) {
      await page.goto(`${url()}/#key=${made.key}`)
      await page.getByRole('navigation', { name: 'Pages' }).waitFor()
    }
    return desk
  }

  return { url, root, open }
}
