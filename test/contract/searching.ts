import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { jsonOf, type ReceiptBody, type RunBody } from '../support/app.ts'
import { laterThan } from '../support/later.ts'
import type { Subject } from './suite.ts'

interface ListedBody extends RunBody {
  readonly selected?: Record<string, unknown>
  readonly metadata?: Record<string, unknown>
  readonly steps?: Record<string, unknown>
}

export interface PageBody {
  readonly runs: readonly ListedBody[]
  readonly order: string
  readonly next?: string
}

export type Parameters = readonly (readonly [string, string])[]

export function searcher(app: Subject) {
  const create = async (body: object = {}) =>
    laterThan(await jsonOf<RunBody>(app().send('POST', '/v1/runs', JSON.stringify(body)), 201))
  /** @param metadata JSON text, so that its literals are kept */
  const log = async (run: RunBody, metadata: string, options: object = {}) => {
    const rest = JSON.stringify(options).slice(1)
    const body = `{"metadata":${metadata}${rest === '}' ? '' : ','}${rest}`
    return jsonOf<ReceiptBody>(app().send('POST', `/v1/runs/${run.id}/metadata`, body), 201)
  }
  const unset = (run: RunBody, key: string) =>
    app().request(`/v1/runs/${run.id}/metadata?${new URLSearchParams({ key })}`, { method: 'DELETE' })
  const list = (...parameters: Parameters) =>
    app().request(`/v1/runs?${new URLSearchParams(parameters.map(([name, value]) => [name, value]))}`)
  const ask = (body: unknown) =>
    app().send('POST', '/v1/runs/search', typeof body === 'string' ? body : JSON.stringify(body))
  const page = (...parameters: Parameters) => jsonOf<PageBody>(list(...parameters))
  const ids = ({ runs }: PageBody) => runs.map(({ id }) => id)
  const names = ({ runs }: PageBody) => runs.map(({ name }) => name)

  /** A new key, which no other test uses. */
  const newKey = () => `k${randomUUID().slice(0, 8)}`

  /** Runs with one value each under a new key, in the order of creation. */
  async function withValues(values: readonly string[]): Promise<{ key: string; runs: RunBody[] }> {
    const key = newKey()
    const runs: RunBody[] = []
    for (const value of values) {
      const run = await create()
      await log(run, `{${JSON.stringify(key)}:${value}}`)
      runs.push(run)
    }
    return { key, runs }
  }

  /** The runs that match a condition, by GET and by POST, in the order of the list. */
  async function holders(runs: readonly RunBody[], key: string, op: string, json?: string): Promise<number[]> {
    const text = `/${key} ${op}${json === undefined ? '' : ` ${json}`}`
    const body = `{"where":{"pointer":"/${key}","op":"${op}"${json === undefined ? '' : `,"value":${json}`}},"ids":${JSON.stringify(runs.map(({ id }) => id))}}`
    const byId: Parameters = runs.map(({ id }) => ['id', id])
    const [got, posted] = [await page(['where', text], ...byId), await jsonOf<PageBody>(ask(body))]
    expect(posted).toEqual(got)
    const found = ids(got)
    return runs.flatMap(({ id }, at) => (found.includes(id) ? [at] : []))
  }

  async function all(parameters: Parameters): Promise<ListedBody[]> {
    const runs: ListedBody[] = []
    let cursor: string | undefined
    do {
      const got: PageBody = await page(...parameters, ...(cursor === undefined ? [] : [['cursor', cursor] as const]))
      runs.push(...got.runs)
      cursor = got.next
    } while (cursor !== undefined)
    return runs
  }

  return { create, log, unset, list, ask, page, ids, names, newKey, withValues, holders, all }
}
