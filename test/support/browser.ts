import { createServer } from 'node:http'
import type { BrowserServer } from 'playwright-core'
import type { TestProject } from 'vitest/node'
import { listen } from '../bundle/socket.ts'
import { launchChromium } from './chromium.ts'

/** One Chromium for all test files of a run. The first request starts it. */

declare module 'vitest' {
  interface ProvidedContext {
    /** The address that returns the Chromium's endpoint. */
    browser: string
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  let launched: Promise<BrowserServer> | undefined
  const server = createServer((_, reply) => {
    launched ??= launchChromium()
    launched.then(
      (browser) => reply.end(browser.wsEndpoint()),
      (error: unknown) => reply.writeHead(500).end(String(error)),
    )
  })
  project.provide('browser', `http://${await listen(server)}`)
  server.unref()
  return async () => {
    server.close()
    await (await launched)?.close()
  }
}
