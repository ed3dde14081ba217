import { describe, expect, it } from 'vitest'
import { useServers } from '../local/server.ts'

const LOGS = 1_000_000
const LOGS_PER_REQUEST = 100
const WRITERS = 8
const PAGE = 1000

interface Result {
  readonly status: number
  readonly log?: { readonly position: string }
}

describe('a run of 1,000,000 logs', () => {
  const { start, call } = useServers()

  it('can be read, paged, read as of a time, searched and deleted without a refused request', async () => {
    const { url } = await start({ env: { RUNMETA_LOG: 'none' } })
    const ask = async <T>(path: string, init?: Parameters<typeof call>[2], status = 200): Promise<T> => {
      const reply = await call(url, path, init)
      const text = await reply.text()
      expect(reply.status, text).toBe(status)
      return text === '' ? (undefined as T) : JSON.parse(text)
    }
    const send = <T>(path: string, body: object, status?: number) =>
      ask<T>(path, { method: 'POST', body: JSON.stringify(body) }, status)

    const { id } = await send<{ id: string }>('/v1/runs', {}, 201)
    const marks: { position: string; step: number }[] = []
    let next = 0
    const write = async () => {
      while (next < LOGS) {
        const from = next
        next += LOGS_PER_REQUEST
        const logs = Array.from({ length: LOGS_PER_REQUEST }, (_, n) => ({ run: id, metadata: { step: from + n } }))
        const { results } = await send<{ results: Result[] }>('/v1/metadata', { logs })
        expect(results.filter(({ status }) => status !== 201)).toEqual([])
        const position = results[0]?.log?.position
        if (from % (LOGS / 5) === 0 && position !== undefined) marks.push({ position, step: from })
      }
    }
    await Promise.all(Array.from({ length: WRITERS }, write))

    const path = `/v1/runs/${id}`
    const { metadata: latest } = await ask<{ metadata: { step: number } }>(path)
    const found = await ask<{ runs: { id: string }[] }>(
      `/v1/runs?where=${encodeURIComponent(`/step = ${latest.step}`)}`,
    )
    expect(found.runs.map((run) => run.id)).toEqual([id])

    interface Page {
      readonly entries: readonly { readonly value: number }[]
      readonly next?: string
    }
    const seen = new Set<number>()
    const first: number[] = []
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const page: Page = await ask(`${path}/history?key=step&limit=${PAGE}${cursor && `&cursor=${cursor}`}`)
      for (const { value } of page.entries) seen.add(value)
      first.push(...page.entries.slice(0, 1).map(({ value }) => value))
      cursor = page.next
    }
    expect(first[0]).toBe(latest.step)
    expect(seen.size).toBe(LOGS)

    expect(marks).toHaveLength(5)
    for (const { position, step } of marks) {
      const { metadata } = await ask<{ metadata: object }>(`${path}?at=${position}`)
      expect(metadata).toEqual({ step })
    }
    await ask(path, { method: 'DELETE' }, 204)
    await ask(path, undefined, 404)
  })
})
