import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { useServers } from '../../local/server.ts'
import { expectFlat, fuzzBytes, fuzzDocument, type Target } from './fuzz.ts'

describe('a server that gets random requests', () => {
  const { data, start } = useServers()

  async function target(): Promise<Target> {
    const { child, url } = await start()
    return { url, key: (await readFile(join(data(), 'key'), 'utf8')).trim(), pid: child.pid ?? 0 }
  }

  it('replies to 4,000 valid and invalid requests made from the OpenAPI document, each as described', {
    timeout: 300_000,
  }, async () => {
    const result = await fuzzDocument(await target(), 4000)
    expect(result.requests).toBe(4000)
    expect(Object.keys(result.statuses)).toEqual(expect.arrayContaining(['200', '201', '400', '401', '404', '422']))
    expectFlat(result)
  })

  it('replies to 1,000 requests of almost valid HTTP, or closes the connection', { timeout: 300_000 }, async () => {
    const result = await fuzzBytes(await target(), 1000)
    expect(result.requests).toBe(1000)
    expect(Object.keys(result.statuses)).toEqual(expect.arrayContaining(['200', '201', '400', '404']))
    expectFlat(result)
  })
})
