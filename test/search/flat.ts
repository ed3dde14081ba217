import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureTable } from '@runmeta/core/table/dynamo/create'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CREDENTIALS, jsonOf, type TestApp, testApp } from '../support/app.ts'
import { type RunningStore, requireDynoxide } from '../support/dynoxide.ts'
import { fill } from '../support/fill.ts'
import { type StoreProxy, startProxy } from '../support/proxy.ts'
import { CHECKED, filling, SEARCHES } from '../support/searches.ts'

/** The requests to the store for one page. */
interface Cost {
  readonly requests: readonly string[]
  readonly rounds: number
  readonly units: number
}

interface Page {
  readonly runs: readonly { readonly id: string; readonly name: string }[]
  readonly next?: string
}

interface Sizes {
  readonly few: number
  readonly many: number
  /** The number of the late page whose cost is compared with the first. */
  readonly page: number
  readonly limit: number
}

const TABLE = 'runmeta'

/**
 * Tests that a page costs the same among few runs and among many, and a late page the same as the first. Requests are counted
 * by a proxy in front of a separate engine.
 */
export function describeFlatCosts({ few, many, page, limit }: Sizes): void {
  describe(`a page of ${limit} among ${few} runs and among ${many}`, () => {
    let directory: string
    let engine: RunningStore
    let proxy: StoreProxy
    let counted: TestApp
    let direct: TestApp
    const costs: Map<string, Cost>[] = []

    /** The same requests, and the same capacity except for the sizes of the runs. */
    function expectAlike(one: Cost | undefined, other: Cost | undefined): void {
      expect(one?.requests).toEqual(other?.requests)
      expect(one?.rounds).toBe(other?.rounds)
      expect(Math.abs((one?.units ?? Number.NaN) - (other?.units ?? 0))).toBeLessThanOrEqual(limit)
    }

    const ask = (app: TestApp, search: object, cursor?: string) =>
      jsonOf<Page>(app.send('POST', '/v1/runs/search', JSON.stringify({ ...search, limit, cursor })))

    async function costOf(search: object, cursor?: string): Promise<Cost> {
      proxy.clear()
      const { runs } = await ask(counted, search, cursor)
      expect(runs).toHaveLength(limit)
      const requests = proxy.exchanges.map(({ operation }) => operation).sort()
      return { requests, rounds: proxy.rounds(), units: proxy.units() }
    }

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'runmeta-flat-'))
      engine = await requireDynoxide(directory)
      const { endpoint } = engine
      await ensureTable({ ...CREDENTIALS, endpoint }, TABLE)
      proxy = await startProxy(endpoint)
      counted = await testApp({ endpoint: proxy.endpoint, tableName: TABLE })
      direct = await testApp({ endpoint, tableName: TABLE })
      for (const [from, to] of [
        [0, few],
        [few, many],
      ] as const) {
        await fill({ endpoint, tableName: TABLE }, from, to, filling)
        const all = new Map<string, Cost>()
        for (const [name, search] of Object.entries({ ...SEARCHES, ...CHECKED })) all.set(name, await costOf(search))
        costs.push(all)
      }
    }, 3_600_000)
    afterAll(async () => {
      await proxy.stop()
      await engine.stop()
      await rm(directory, { recursive: true })
    })

    it.each(Object.keys(SEARCHES))('%s costs the same', (name) => {
      const [one, other] = costs.map((all) => all.get(name))
      expectAlike(other, one)
    })

    it.each(Object.keys(CHECKED))('%s costs no more than reading a few runs beyond the page', (name) => {
      for (const { requests, units } of costs.flatMap((all) => all.get(name) ?? [])) {
        expect(requests.length).toBeLessThanOrEqual(6)
        expect(units).toBeLessThanOrEqual(10 * (limit + 1))
      }
    })

    it.each(['the newest', 'by name', 'of a status', 'the best'])(
      `page ${page}, of %s, costs the same as page 1`,
      async (name) => {
        const search = SEARCHES[name] ?? {}
        const seen = new Set<string>()
        let cursor: string | undefined
        for (let at = 1; at < page; at++) {
          const { runs, next } = await ask(direct, search, cursor)
          for (const { id } of runs) seen.add(id)
          expect(next).toBeDefined()
          cursor = next
        }
        expect(seen.size).toBe((page - 1) * limit)
        expectAlike(await costOf(search, cursor), await costOf(search))
      },
      3_600_000,
    )
  })
}
