import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { endpointOf, jsonOf, testApp } from '../support/app.ts'
import { type Change, change, creation, logging, type Query, query, SLOTS } from './arbitrary.ts'
import { between, checkBetween, type Version } from './between.ts'
import { type Entry, runOfEntry, startLaggingStore } from './lag.ts'
import type { ModelRun } from './model.ts'
import { apply, ask, asked, changed, check, create, newWorld, type World } from './world.ts'

/** An initial world: a run in each slot, with a log. */
const beginning = fc
  .tuple(
    ...Array.from({ length: SLOTS }, (_, slot) => fc.tuple(creation(fc.constant(slot)), logging(fc.constant(slot)))),
  )
  .map((pairs) => pairs.flat())
const queriesOf = (count: number) => fc.array(query, { minLength: count, maxLength: count })
const worldOf = (changes: number, queries: number) =>
  fc.tuple(beginning, fc.array(change, { minLength: changes, maxLength: changes }), queriesOf(queries))

/** Limits the time for shrinking a failure. */
const settings = (numRuns: number) => ({
  numRuns,
  interruptAfterTimeLimit: numRuns * 12_000,
  markInterruptAsFailure: true,
})
const TEST_TIMEOUT_MS = 3_600_000

async function checkAll(world: World, queries: readonly Query[], mayMiss?: (run: ModelRun) => boolean): Promise<void> {
  const searches = queries.map((one) => asked(world, one))
  const answers = await Promise.all(searches.map((search) => ask(world.app, search)))
  for (const [at, search] of searches.entries()) {
    const answer = answers[at]
    if (answer !== undefined) check(search, answer, [...world.runs.values()], mayMiss)
  }
}

/** @param scale how many times the worlds of the usual run */
export function describeSearches(scale: number): void {
  describeExact(scale)
  describeLagging(scale)
}

function describeExact(scale: number): void {
  describe('a search', () => {
    it(
      'finds the same as brute force after any logs, unsets, changes and deletions',
      async () => {
        await fc.assert(
          fc.asyncProperty(worldOf(25, 20), async ([start, changes, queries]) => {
            const world = newWorld(await testApp())
            for (const one of [...start, ...changes]) await apply(world, one)
            await checkAll(world, queries).finally(world.app.close)
          }),
          settings(20 * scale),
        )
      },
      TEST_TIMEOUT_MS,
    )

    it(
      'finds during writes all runs that matched throughout, and none that never matched',
      async () => {
        await fc.assert(
          fc.asyncProperty(
            beginning,
            fc.array(fc.array(change, { minLength: 1, maxLength: 6 }), { minLength: SLOTS, maxLength: SLOTS }),
            queriesOf(12),
            async (start, writers, queries) => {
              const world = newWorld(await testApp())
              for (const one of start) await apply(world, one)
              await checkWhile(world, writers, queries).finally(world.app.close)
            },
          ),
          settings(12 * scale),
        )
      },
      TEST_TIMEOUT_MS,
    )
  })
}

/** Searches while each slot has its own writer, and checks the answers afterwards, when all writes are known. */
async function checkWhile(world: World, writers: readonly Change[][], queries: readonly Query[]): Promise<void> {
  let moment = 0
  const histories = new Map<string, Version[]>()
  const keep = (id: string, version: Version) => histories.set(id, [...(histories.get(id) ?? []), version])
  for (const run of world.runs.values()) keep(run.id, { run, sent: 0, acknowledged: 0 })
  // Queries refer to the runs at the beginning.
  const searches = queries.map((one) => asked(world, { ...one, limit: undefined }))

  async function write(slot: number, changes: readonly Change[]): Promise<void> {
    let run = world.runs.get(slot)
    for (const one of changes) {
      const sent = ++moment
      const before = run
      if (run !== undefined) run = await changed(world, run, { ...one, slot })
      else if (one.kind === 'create') run = await create(world, { ...one, slot })
      const id = run?.id ?? before?.id
      if (id !== undefined && run !== before) keep(id, { run, sent, acknowledged: ++moment })
    }
  }
  async function read(): Promise<(() => void)[]> {
    const checks: (() => void)[] = []
    for (const search of searches) {
      const began = ++moment
      const answer = await ask(world.app, search)
      const ended = ++moment
      checks.push(() => {
        const met = [...histories].map(([id, versions]) => [id, between(versions, began, ended)] as const)
        checkBetween(search, answer, new Map(met))
      })
    }
    return checks
  }
  const [checks] = await Promise.all([read(), ...writers.map((changes, slot) => write(slot, changes))])
  for (const one of checks) one()
}

/** A random choice that is the same for the same text. */
const coin = (seed: number, text: string): boolean =>
  (createHash('sha256').update(`${seed} ${text}`).digest()[0] ?? 0) < 128

function describeLagging(scale: number): void {
  describe('a search with an incorrect index', () => {
    /** A world in which searches see an older index than the writers. */
    async function withLag(
      [start, changes]: readonly [Change[], Change[], Query[]],
      test: (
        world: World,
        lag: (hides: (entry: Entry) => boolean, keeps: (entry: Entry) => boolean) => void,
      ) => Promise<void>,
    ): Promise<void> {
      const writer = await testApp({ engine: 'dynoxide' })
      const store = await startLaggingStore(endpointOf('dynoxide'), writer.tableName)
      try {
        const world = newWorld(writer)
        for (const one of start) await apply(world, one)
        await store.snapshot()
        for (const [at, one] of changes.entries()) {
          await apply(world, one)
          if (at % 5 === 4) await store.snapshot()
        }
        const app = await testApp({ endpoint: store.endpoint, tableName: writer.tableName })
        await test({ ...world, app }, (hides, keeps) => store.lag({ hides, keeps })).finally(app.close)
      } finally {
        writer.close()
        await store.stop()
      }
    }

    it('lists a run once if its old and new entries are on two pages', async () => {
      const writer = await testApp({ engine: 'dynoxide' })
      const store = await startLaggingStore(endpointOf('dynoxide'), writer.tableName)
      try {
        const runs: string[] = []
        for (let n = 0; n < 3; n++) {
          const { id } = await jsonOf<{ id: string }>(writer.send('POST', '/v1/runs', '{}'), 201)
          await jsonOf(writer.send('POST', `/v1/runs/${id}/metadata`, `{"metadata":{"n":${n}}}`), 201)
          runs.push(id)
        }
        await store.snapshot()
        await jsonOf(writer.send('POST', `/v1/runs/${runs[2]}/metadata`, '{"metadata":{"n":-1}}'), 201)
        await store.snapshot()
        store.lag({ hides: () => false, keeps: () => true })
        const app = await testApp({ endpoint: store.endpoint, tableName: writer.tableName })
        const found: string[] = []
        let path: string | undefined = '/v1/runs?order=/n&limit=1'
        while (path !== undefined) {
          const page: { runs: { id: string }[]; next?: string } = await jsonOf(app.request(path))
          found.push(...page.runs.map(({ id }) => id))
          path = page.next === undefined ? undefined : `/v1/runs?order=/n&limit=1&cursor=${page.next}`
        }
        app.close()
        expect(found).toEqual([runs[2], runs[0], runs[1]])
      } finally {
        writer.close()
        await store.stop()
      }
    })

    it(
      'finds every run whose entries are correct, even if those of others are late, lost or stale',
      async () => {
        await fc.assert(
          fc.asyncProperty(worldOf(30, 12), fc.nat(), async (given, seed) => {
            await withLag(given, async (world, lag) => {
              const isHidden = (id: string) => coin(seed, id)
              lag(
                (entry) => isHidden(runOfEntry(entry)),
                (entry) => coin(seed + 1, runOfEntry(entry) + entry.indexSk),
              )
              await checkAll(world, given[2], ({ id }) => isHidden(id))
            })
          }),
          settings(6 * scale),
        )
      },
      TEST_TIMEOUT_MS,
    )

    it(
      'returns no wrong run, whichever entries are late, lost or stale, and every run once the index is correct',
      async () => {
        await fc.assert(
          fc.asyncProperty(worldOf(30, 12), fc.nat(), async (given, seed) => {
            await withLag(given, async (world, lag) => {
              lag(
                (entry) => coin(seed, JSON.stringify(entry)),
                (entry) => coin(seed + 1, JSON.stringify(entry)),
              )
              await checkAll(world, given[2], () => true)
              lag(
                () => false,
                () => false,
              )
              await checkAll(world, given[2])
            })
          }),
          settings(6 * scale),
        )
      },
      TEST_TIMEOUT_MS,
    )
  })
}
