import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { jsonOf, type ReceiptBody, type RunBody, refusalOf } from '../support/app.ts'
import { joinedRun } from '../support/pages.ts'
import type { Subject } from './suite.ts'

/** Text that hardly compresses. */
const noise = (characters: number): string => randomBytes(characters).toString('base64').slice(0, characters)

const MIB = 1_048_576

export function large(app: Subject): void {
  const newRun = async () => (await jsonOf<RunBody>(app().send('POST', '/v1/runs', '{}'), 201)).id
  const send = (run: string, body: string, headers?: Record<string, string>) =>
    app().send('POST', `/v1/runs/${run}/metadata`, body, headers)
  const textOf = async (run: string) => (await app().request(`/v1/runs/${run}`)).text()

  it('keeps a value of 1 MiB that cannot be compressed, and its type', async () => {
    const run = await newRun()
    const value = JSON.stringify(noise(MIB - 2))
    await jsonOf(send(run, `{"metadata":{"a":1.0,"value":${value}},"types":{"/value":"Path"}}`), 201)
    const text = await textOf(run)
    expect(text.includes(`"metadata":{"a":1.0,"value":${value}},"types":{"/value":"Path"}`)).toBe(true)
  })

  it.each([190_000, 194_500, 195_500, 204_000, 205_500, 379_500, 380_500, 409_000, 410_500])(
    'keeps a log of about %i bytes, near the limit of an item, with the longest names',
    async (bytes) => {
      const run = await newRun()
      // Base64 compresses by a quarter.
      const member = `${JSON.stringify('€'.repeat(170))}:${JSON.stringify(noise(Math.floor((bytes * 4) / 3)))}`
      const body = `{"step":${JSON.stringify('𐀀'.repeat(255))},"metadata":{${member}}}`
      await jsonOf(send(run, body, { 'idempotency-key': 'k'.repeat(255) }), 201)
      expect((await textOf(run)).split(member)).toHaveLength(3)
    },
  )

  it('keeps a complete log of 4 MiB, and reads it by step and in the history', async () => {
    const run = await newRun()
    const members = Array.from({ length: 5 }, (_, n) => `"k${n}":${JSON.stringify(noise(838_800))}`)
    const body = `{"step":"s","metadata":{${members.join()}}}`
    expect(body.length).toBeGreaterThan(4_190_000)
    await jsonOf(send(run, body), 201)
    const { pages, metadata, steps } = await joinedRun(app(), run)
    expect(pages).toBeGreaterThan(1)
    const logged = `{${members.join()}}`
    expect(JSON.stringify(metadata) === logged && JSON.stringify(steps.s?.metadata) === logged).toBe(true)
    const history = await (await app().request(`/v1/runs/${run}/history?key=k3&step=s`)).text()
    expect(history.includes(`"value":${members[3]?.slice('"k3":'.length)},`)).toBe(true)
  })

  it('keeps a log of 10,000 keys whose names alone exceed an item', async () => {
    const run = await newRun()
    const keys = Array.from({ length: 10_000 }, (_, n) => `${n}-${noise(380)}`)
    const metadata = `{${keys.map((key) => `${JSON.stringify(key)}:0`).join()}}`
    await jsonOf(send(run, `{"metadata":${metadata}}`), 201)
    expect((await textOf(run)).includes(`"metadata":${metadata},`)).toBe(true)
  })

  it('returns the latest value of each key from large and small logs', async () => {
    const run = await newRun()
    const [first, second] = [noise(500_000), noise(500_000)]
    await jsonOf(send(run, JSON.stringify({ metadata: { a: first, b: 1 } })), 201)
    await jsonOf(send(run, '{"metadata":{"c":2}}'), 201)
    await jsonOf(send(run, JSON.stringify({ metadata: { a: second } })), 201)
    const { metadata } = await jsonOf<{ metadata: object }>(app().request(`/v1/runs/${run}`))
    expect(JSON.stringify(metadata) === JSON.stringify({ b: 1, c: 2, a: second })).toBe(true)
  })

  describe('under an idempotency key', () => {
    const key = { 'idempotency-key': 'large' }

    it('counts a large log once, sent concurrently or in sequence, and refuses another body', async () => {
      const run = await newRun()
      const body = JSON.stringify({ metadata: { a: noise(900_000) } })
      const receipts = await Promise.all(
        Array.from({ length: 3 }, () => jsonOf<ReceiptBody>(send(run, body, key), 201)),
      )
      const again = await jsonOf<ReceiptBody>(send(run, body, key), 201)
      for (const receipt of receipts) expect(receipt).toEqual(again)
      const { entries } = await jsonOf<{ entries: unknown[] }>(app().request(`/v1/runs/${run}/history?key=a`))
      expect(entries).toHaveLength(1)
      const other = JSON.stringify({ metadata: { a: noise(900_000) } })
      await refusalOf(send(run, other, key), 422, 'idempotency_key_reused')
      expect((await textOf(run)).includes(body.slice('{"metadata":'.length, -1))).toBe(true)
    })
  })

  it('has pages of a history that fit a function’s reply, even with large values', async () => {
    const run = await newRun()
    const value = (n: number) => JSON.stringify(String(n).repeat(900_000))
    for (let n = 0; n < 9; n++) await jsonOf(send(run, `{"metadata":{"a":${value(n)}}}`), 201)
    const values: string[] = []
    let query = 'key=a'
    let pages = 0
    while (query !== '') {
      const text = await (await app().request(`/v1/runs/${run}/history?${query}`)).text()
      expect(Buffer.byteLength(JSON.stringify(text))).toBeLessThan(6_000_000)
      const page = JSON.parse(text) as { entries: { value: string }[]; next?: string }
      values.push(...page.entries.map((entry) => entry.value))
      query = page.next === undefined ? '' : `key=a&cursor=${page.next}`
      pages++
    }
    expect(pages).toBeGreaterThan(1)
    expect(values.map((text) => text.slice(0, 1)).join('')).toBe('876543210')
  })

  it('refuses a large log to a run that does not exist', async () => {
    await refusalOf(send(randomUUID(), JSON.stringify({ metadata: { a: noise(900_000) } })), 404, 'run_not_found')
  })
}
