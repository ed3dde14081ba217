import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { REINDEX_OPERATIONS } from '../support/reindex.ts'
import { call, create, log, runOf } from './calls.ts'
import type { Environment } from './environment.ts'
import type { Subject } from './subject.ts'

const DEADLINE = 900_000

async function found(environment: Environment, where: string): Promise<string[]> {
  const rawQueryString = new URLSearchParams({ where }).toString()
  const { status, text } = await call(environment, { method: 'GET', rawPath: '/v1/runs', rawQueryString })
  expect(status, text).toBe(200)
  return (JSON.parse(text) as { runs: { id: string }[] }).runs.map(({ id }) => id)
}

export function reindexing(subject: () => Subject): void {
  it('writes missing rows without an API key, with only the requests that its role allows', async () => {
    const { proxy, start } = subject()
    const api = await start()
    const key = `k${randomUUID().slice(0, 8)}`
    const { id } = runOf(await create(api), 201)
    // The log is stored, and its index rows are not.
    let writes = 0
    proxy.faultOn((operation) => (operation === 'PutItem' && writes++ > 0 ? 'error' : undefined))
    expect(await log(api, id, { [key]: { a: 1, b: 2 } })).toMatchObject({ status: 503 })
    proxy.faultOn(() => undefined)
    expect(await found(api, `/${key}/b = 2`)).toEqual([])

    const reindexer = await start({ _HANDLER: 'reindex.handler', RUNMETA_ROOT_KEY: '' })
    proxy.clear()
    const { runs, rows, next } = (await reindexer.invoke({}, DEADLINE)) as Record<string, unknown>
    expect(Number(runs)).toBeGreaterThan(0)
    expect(rows).toBe(2)
    expect(next).toBeUndefined()
    for (const { operation } of proxy.exchanges) expect(REINDEX_OPERATIONS).toContain(operation)
    for (const where of [`/${key}/a = 1`, `/${key}/b = 2`]) expect(await found(api, where)).toEqual([id])
    expect(await reindexer.invoke({}, DEADLINE)).toMatchObject({ rows: 0 })
  })
}
