import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { useServers } from '../../local/server.ts'
import { expectFlat, type FuzzResult, fuzzBytes, fuzzDocument, type Target } from './fuzz.ts'

/** 100,000 requests from the OpenAPI document and of broken HTTP. */

const HOUR = 3_600_000

const report = ({ requests, statuses, memory }: FuzzResult): void =>
  void process.stdout.write(`${requests} requests; ${JSON.stringify(statuses)}; MiB resident ${memory.join(', ')}\n`)

describe('a server that gets many random requests', () => {
  const { data, start } = useServers()

  async function target(): Promise<Target> {
    const { child, url } = await start()
    return { url, key: (await readFile(join(data(), 'key'), 'utf8')).trim(), pid: child.pid ?? 0 }
  }

  it.each([
    ['80,000 of the document', fuzzDocument, 80_000],
    ['20,000 that nearly are HTTP', fuzzBytes, 20_000],
  ])('replies to %s', { timeout: HOUR }, async (_, fuzz, count) => {
    const result = await fuzz(await target(), count)
    report(result)
    expect(result.requests).toBe(count)
    expectFlat(result)
  })
})
