import { expect } from 'vitest'
import type { FullRunBody, TestApp } from './app.ts'

interface Scope {
  readonly metadata: Record<string, unknown>
  readonly types: Record<string, string>
}

interface JoinedRun extends Scope {
  readonly steps: Record<string, Scope>
  /** The number of replies. */
  readonly pages: number
  /** The size of the largest reply as a JSON string. */
  readonly largest: number
}

const emptyScope = (): Scope => ({ metadata: {}, types: {} })

/** Copies members, including one with the name `__proto__`. */
export function merge<Member>(into: Record<string, Member>, members: Readonly<Record<string, Member>>): void {
  for (const [name, value] of Object.entries(members)) {
    Object.defineProperty(into, name, { value, writable: true, enumerable: true, configurable: true })
  }
}

/** Reads and joins all pages of a run. Each page must fit a function's reply. */
export async function joinedRun(app: Pick<TestApp, 'request'>, reference: string): Promise<JoinedRun> {
  const all = emptyScope()
  const steps: Record<string, Scope> = {}
  let pages = 0
  let largest = 0
  let query = ''
  for (;;) {
    const reply = await app.request(`/v1/runs/${reference}${query}`)
    const text = await reply.text()
    expect(reply.status, text.slice(0, 400)).toBe(200)
    largest = Math.max(largest, Buffer.byteLength(JSON.stringify(text)))
    const page = JSON.parse(text) as FullRunBody & { metadataNext?: string }
    pages++
    merge(all.metadata, page.metadata)
    merge(all.types, page.types)
    for (const [name, { metadata, types }] of Object.entries(page.steps)) {
      const scope = steps[name] ?? emptyScope()
      merge(steps, { [name]: scope })
      merge(scope.metadata, metadata)
      merge(scope.types, types)
    }
    if (page.metadataNext === undefined) break
    query = `?metadataCursor=${encodeURIComponent(page.metadataNext)}`
  }
  expect(largest).toBeLessThan(6_000_000)
  return { ...all, steps, pages, largest }
}
