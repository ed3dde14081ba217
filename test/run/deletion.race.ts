import { randomUUID } from 'node:crypto'
import { SETTLE_MS } from '@runmeta/core/maintenance/sweep'
import { beforeAll, expect, it } from 'vitest'
import { jsonOf, type RunBody, type TestApp, testApp } from '../support/app.ts'
import { abandon, type Case, createGate, inOrders, type Orders, titleOf } from '../support/interleave.ts'
import { partition, type RawItem } from '../support/raw.ts'
import { createSweeper, type Sweeper } from '../support/sweep.ts'

/** Creations, deletions and a sweep of one name, in many orders of their requests to the store. */
export function deletionRaces({ pairs, triples }: { pairs: Orders; triples: Orders }): void {
  const gates = [createGate(), createGate(), createGate()] as const
  let app: TestApp
  let servers: TestApp[]
  let sweeper: Sweeper
  let held: Sweeper
  beforeAll(async () => {
    app = await testApp({ engine: 'dynoxide' })
    servers = await Promise.all(gates.map(({ over }) => testApp({ tableName: app.tableName, over })))
    for (const server of servers) await jsonOf(server.request('/v1/health'))
    sweeper = createSweeper(app)
    held = createSweeper(app, gates[2].over)
    await held.sweepIn(0)
  })

  interface Outcome {
    readonly status: number
    readonly run?: RunBody
  }

  async function create(server: TestApp | undefined, body: object): Promise<Outcome> {
    const reply = await (server ?? app).send('POST', '/v1/runs', JSON.stringify(body))
    const { status } = reply
    const run = (await reply.json()) as RunBody
    return status < 300 ? { status, run } : { status }
  }

  const remove = async (server: TestApp | undefined, reference: string): Promise<Outcome> => {
    const { status } = await (server ?? app).request(`/v1/runs/${reference}`, { method: 'DELETE' })
    return { status }
  }

  /** Leaves the claim of a creation that died before it stored the run. */
  async function claim(body: object): Promise<void> {
    const gate = createGate()
    const server = await testApp({ tableName: app.tableName, over: gate.over })
    await jsonOf(server.request('/v1/health'))
    await abandon(gate, 1, () => create(server, body))
  }

  const isRun = (item: RawItem | undefined) => item?.name !== undefined
  const record = async (id: string) => (await partition(app, `default/${id}`)).find(({ sk }) => sk?.S === 'RUN')

  /** Checks a name and an id after all calls. */
  async function settled(name: string, id: string, outcomes: readonly Outcome[]): Promise<void> {
    const deleted = outcomes.some(({ run, status }) => run === undefined && status === 204)
    const ids = new Set([id, ...outcomes.flatMap(({ run }) => (run === undefined ? [] : [run.id]))])
    const before = await Promise.all([...ids].map(async (one) => [one, await record(one)] as const))
    const live = before.filter(([, item]) => isRun(item)).map(([one]) => one)
    // A name has at most one run, and each run in a reply exists or was deleted.
    expect(live.length).toBeLessThanOrEqual(1)
    for (const [one, item] of before) {
      if (outcomes.some(({ run }) => run?.id === one)) expect(isRun(item) || item?.deletedAt !== undefined).toBe(true)
    }
    if (!deleted) expect(before.filter(([, item]) => item?.deletedAt !== undefined)).toEqual([])
    await sweeper.sweepIn(2 * SETTLE_MS)
    // A deleted run stays deleted, whatever is created next. The name is free or the run's.
    const next = await create(app, { name })
    expect([200, 201]).toContain(next.status)
    if (live[0] !== undefined) expect(next.run?.id).toBe(live[0])
    expect((await jsonOf<RunBody>(app.request(`/v1/runs/${name}`))).id).toBe(next.run?.id)
    for (const [one, item] of before) {
      if (item?.deletedAt === undefined) continue
      expect((await create(app, { id: one })).status).toBe(409)
      expect((await partition(app, `default/${one}`)).map((left) => Object.keys(left).sort())).toEqual([
        ['deletedAt', 'pk', 'sk'],
      ])
    }
  }

  interface Plan {
    readonly title: string
    readonly before: (name: string, id: string) => Promise<unknown>
    readonly callers: (name: string, id: string) => (() => Promise<Outcome>)[]
    /** The possible statuses. */
    readonly allowed: readonly number[]
  }

  const made = (name: string, id: string) => create(app, { id, name })
  const PAIRS: readonly Plan[] = [
    {
      title: 'a creation by name and the deletion of the run that has it',
      before: made,
      callers: (name, id) => [() => create(servers[0], { name }), () => remove(servers[1], id)],
      allowed: [200, 201, 204],
    },
    {
      title: 'a creation by id and name and the deletion of that run',
      before: made,
      callers: (name, id) => [() => create(servers[0], { id, name }), () => remove(servers[1], id)],
      allowed: [200, 204, 409],
    },
    {
      title: 'two deletions',
      before: made,
      callers: (name, id) => [() => remove(servers[0], name), () => remove(servers[1], id)],
      allowed: [204, 404],
    },
    {
      title: 'the completion of an interrupted creation, and a deletion by its name',
      before: (name, id) => claim({ id, name }),
      callers: (name) => [() => create(servers[0], { name }), () => remove(servers[1], name)],
      allowed: [200, 201, 204, 404],
    },
  ]
  const TRIPLES: readonly Plan[] = [
    {
      title: 'two creations by name and a deletion',
      before: async () => undefined,
      callers: (name) => [
        () => create(servers[0], { name }),
        () => create(servers[1], { name }),
        () => remove(servers[2], name),
      ],
      allowed: [200, 201, 204, 404],
    },
    {
      title: 'a creation, a deletion and a sweep',
      before: made,
      callers: (name, id) => [
        () => create(servers[0], { name }),
        () => remove(servers[1], id),
        async () => ({ status: (await held.sweepIn(2 * SETTLE_MS)).isThrough ? 200 : 500 }),
      ],
      allowed: [200, 201, 204],
    },
  ]

  async function caseOf({ before, callers, allowed }: Plan): Promise<Case> {
    const [name, id] = [`race-${randomUUID()}`, randomUUID()]
    await before(name, id)
    const outcomes: Outcome[] = []
    return {
      callers: callers(name, id).map((call) => async () => void outcomes.push(await call())),
      check: async () => {
        for (const { status } of outcomes) expect(allowed).toContain(status)
        await settled(name, id, outcomes)
      },
    }
  }

  const options = { timeout: 600_000 }

  it.each(PAIRS)(`leave at most one run and restore none: $title, in ${titleOf(pairs)}`, options, (plan) =>
    inOrders(gates.slice(0, 2), pairs, () => caseOf(plan)),
  )

  it.each(TRIPLES)(`leave at most one run and restore none: $title, in ${titleOf(triples)}`, options, (plan) =>
    inOrders(gates, triples, () => caseOf(plan)),
  )
}
