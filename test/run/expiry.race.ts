import { randomUUID } from 'node:crypto'
import { SETTLE_MS, sweep } from '@runmeta/core/maintenance/sweep'
import { createClock } from '@runmeta/core/table/clock'
import type { Table } from '@runmeta/core/table/port'
import { beforeEach, expect, it } from 'vitest'
import { type FullRunBody, jsonOf, type RunBody, type TestApp, tableOf, testApp } from '../support/app.ts'
import { abandon, type Case, createGate, inOrders, type Orders, titleOf } from '../support/interleave.ts'
import { texts } from '../support/raw.ts'
import { withoutChanges, withoutConditions } from '../support/weaken.ts'

/** Milliseconds until a run expires. */
const SOON = 1000
const DAY = 86_400_000

type Weaken = (table: Table) => Table
const ASIS: Weaken = (table) => table

/** Changes, logs, renames and sweeps of a run while it expires, in many orders of their requests to the store. */
export function expiryRaces({ pairs, triples }: { pairs: Orders; triples: Orders }): void {
  const gates = [createGate(), createGate(), createGate()] as const
  let app: TestApp
  let servers: TestApp[]
  let weaken = ASIS
  /** The time of all servers, which only the test advances. */
  let now = Date.now()
  const clock = { ...createClock(), now: () => now, isSynced: () => true }

  /** A table that applies the current `weaken` to each call. */
  const weakened = (table: Table): Table => {
    const call = <T>(made: (one: Table) => T): T => made(weaken(table))
    return {
      ...table,
      update: (...args) => call((one) => one.update(...args)),
      withSignal: (signal) => weakened(table.withSignal(signal)),
    }
  }
  // A new table for each test, because each order checks all remaining items.
  beforeEach(async () => {
    app = await testApp({ clock })
    const { tableName } = app
    servers = await Promise.all(
      gates.map(({ over }) => testApp({ tableName, clock, over: (table) => over(weakened(table)) })),
    )
  })

  interface Outcome {
    readonly kind: 'extend' | 'log' | 'create' | 'rename' | 'delete' | 'sweep'
    readonly status: number
    readonly run?: RunBody
  }

  const outcome = async (kind: Outcome['kind'], asked: Promise<Response>): Promise<Outcome> => {
    const { status, ...reply } = await asked.then(async (made) => ({ status: made.status, text: await made.text() }))
    return status === 200 || status === 201 ? { kind, status, run: JSON.parse(reply.text) } : { kind, status }
  }
  const of = (server: TestApp | undefined) => server ?? app
  const patch = (server: TestApp | undefined, run: string, body: object) =>
    of(server).send('PATCH', `/v1/runs/${run}`, JSON.stringify(body))
  const extend = (server: TestApp | undefined, run: string, expiresAt: string | null) =>
    outcome('extend', patch(server, run, { expiresAt }))
  const rename = (server: TestApp | undefined, run: string, name: string) =>
    outcome('rename', patch(server, run, { name }))
  const create = (server: TestApp | undefined, body: object) =>
    outcome('create', of(server).send('POST', '/v1/runs', JSON.stringify(body)))
  const log = (server: TestApp | undefined, run: string) =>
    outcome('log', of(server).send('POST', `/v1/runs/${run}/metadata`, '{"metadata":{"late":1}}'))
  const remove = (server: TestApp | undefined, run: string) =>
    outcome('delete', of(server).request(`/v1/runs/${run}`, { method: 'DELETE' }))
  const sweepBy = async (over: Weaken): Promise<Outcome> => {
    const table = over(weakened(tableOf(app, clock)))
    // A sweep reads the clock when it begins, so that is held at the gate like a request.
    await table.get({ pk: 'none', sk: 'none' })
    const { isThrough } = await sweep({ table, clock })
    return { kind: 'sweep', status: isThrough ? 200 : 500 }
  }
  const later = (ms: number) => new Date(now + ms).toISOString()
  const read = async (run: string): Promise<FullRunBody | undefined> => {
    const reply = await app.request(`/v1/runs/${run}`)
    if (reply.status === 404) return void (await reply.body?.cancel())
    return jsonOf<FullRunBody>(reply)
  }

  /** Calls a server that dies after this many requests. */
  async function dying(call: (server: TestApp) => Promise<unknown>, requests: number): Promise<void> {
    const gate = createGate()
    const server = await testApp({ tableName: app.tableName, clock, over: gate.over })
    await abandon(gate, requests, () => call(server))
  }

  interface Names {
    readonly id: string
    readonly name: string
    readonly next: string
    readonly otherId: string
    readonly otherName: string
  }

  /** Checks the runs and the names, now and after all sweeps. */
  async function settled({ id, name, next, otherId, otherName }: Names, outcomes: readonly Outcome[]): Promise<void> {
    const has = (kind: Outcome['kind'], ...statuses: number[]) =>
      outcomes.some((one) => one.kind === kind && statuses.includes(one.status))
    const isSaved = has('extend', 200) && !has('delete', 204)
    const made = outcomes.flatMap(({ kind, run }) => (kind === 'create' && run !== undefined ? [run.id] : []))
    const holders = async () => {
      const live = new Map<string, string>()
      for (const one of new Set([id, otherId, ...made])) {
        const run = await read(one)
        if (run === undefined) continue
        // Each run has its own name, and is found by it.
        expect([...live.keys()]).not.toContain(run.name)
        expect((await read(run.name))?.id).toBe(one)
        live.set(run.name, one)
        if (one === id && has('log', 201)) expect(run.metadata).toMatchObject({ first: 1, late: 1 })
      }
      return live
    }
    const live = await holders()
    // An acknowledged change has saved the run; otherwise it is gone. No other run is affected.
    expect([...live.values()].includes(id)).toBe(isSaved)
    expect([...live.values()]).toContain(otherId)
    for (const one of made) if (one !== id) expect([...live.values()]).toContain(one)
    for (const ms of [0, 2 * SETTLE_MS, DAY + 1000]) {
      now += ms
      await sweepBy(ASIS)
    }
    expect(await holders()).toEqual(live)
    if (!isSaved) {
      const left = (await texts(app)).filter(({ text }) =>
        [id, id.replaceAll('-', '')].some((one) => text.includes(one)),
      )
      expect(left.map(({ pk }) => pk)).toEqual(left.length === 0 ? [] : [`default/${id}`])
      for (const { text } of left) for (const one of [name, next]) expect(text).not.toContain(one)
    }
    for (const one of [name, next, otherName]) {
      const again = await create(app, { name: one })
      expect(again.status).toBe(live.has(one) ? 200 : 201)
      if (live.has(one)) expect(again.run?.id).toBe(live.get(one))
    }
  }

  interface Plan {
    readonly title: string
    /** Prepares more than the run. With `isAlone` there is no run. */
    readonly before?: (names: Names) => Promise<unknown>
    readonly isAlone?: boolean
    /** The calls; the expiry is an additional caller. */
    readonly callers: (names: Names) => (() => Promise<Outcome>)[]
    /** The possible statuses, joined. */
    readonly allows: RegExp
  }

  const PAIRS: readonly Plan[] = [
    {
      title: 'a change to a later time',
      callers: ({ id }) => [() => extend(servers[0], id, later(DAY * 30))],
      allows: /^(200|404)$/,
    },
    {
      title: 'a change that takes the expiry away',
      callers: ({ name }) => [() => extend(servers[0], name, null)],
      allows: /^(200|404)$/,
    },
    { title: 'a log', callers: ({ id }) => [() => log(servers[0], id)], allows: /^(201|404)$/ },
    {
      title: 'a creation of its name',
      callers: ({ name }) => [() => create(servers[0], { name })],
      allows: /^20[01]$/,
    },
    {
      title: 'a rename of another run to its name',
      callers: ({ name, otherId }) => [() => rename(servers[0], otherId, name)],
      allows: /^(200|409)$/,
    },
    { title: 'a rename of it', callers: ({ id, next }) => [() => rename(servers[0], id, next)], allows: /^(200|404)$/ },
    { title: 'its deletion', callers: ({ id }) => [() => remove(servers[0], id)], allows: /^(204|404)$/ },
  ]
  const PATCH_AND_SWEEP: Plan = {
    title: 'a change to a later time and a sweep',
    callers: ({ id }) => [() => extend(servers[0], id, later(DAY * 30)), () => sweepBy(gates[1].over)],
    allows: /^(200|404) 200$/,
  }
  const PATCH_AND_CREATION: Plan = {
    title: 'a change to a later time and a creation of its name',
    callers: ({ id, name }) => [() => extend(servers[0], id, later(DAY * 30)), () => create(servers[1], { name })],
    allows: /^(200 200|404 20[01])$/,
  }
  const TRIPLES: readonly Plan[] = [
    PATCH_AND_SWEEP,
    PATCH_AND_CREATION,
    {
      title: 'a log and a sweep',
      callers: ({ id }) => [() => log(servers[0], id), () => sweepBy(gates[1].over)],
      allows: /^(201|404) 200$/,
    },
    {
      title: 'a rename of another run to its name and a creation of its name',
      callers: ({ name, otherId }) => [() => rename(servers[0], otherId, name), () => create(servers[1], { name })],
      allows: /^(200 200|409 20[01])$/,
    },
    {
      title: 'a rename of it and a creation of the new name',
      callers: ({ id, next }) => [() => rename(servers[0], id, next), () => create(servers[1], { name: next })],
      allows: /^(200 20[01]|404 20[01]|409 201)$/,
    },
    {
      title: 'a rename of it and a sweep',
      callers: ({ id, next }) => [() => rename(servers[0], id, next), () => sweepBy(gates[1].over)],
      allows: /^(200|404) 200$/,
    },
    {
      title: 'two creations of its name',
      callers: ({ name }) => [() => create(servers[0], { name }), () => create(servers[1], { name })],
      allows: /^20[01] 20[01]$/,
    },
    ...[1, 2, 3, 4, 5].map(
      (requests): Plan => ({
        title: `a rename of it whose maker died after ${requests} requests, a creation of the new name and a sweep`,
        before: ({ id, next }) => dying((server) => rename(server, id, next), requests),
        callers: ({ next }) => [() => create(servers[0], { name: next }), () => sweepBy(gates[1].over)],
        allows: /^20[01] 200$/,
      }),
    ),
    {
      title: 'its creation, whose maker died once it had the name, another creation and a rename to it',
      isAlone: true,
      before: ({ id, name }) => dying((server) => create(server, { id, name, expiresAt: later(SOON) }), 1),
      callers: ({ name, otherId }) => [() => create(servers[0], { name }), () => rename(servers[1], otherId, name)],
      allows: /^(20[01] 409|200 200)$/,
    },
  ]

  async function caseOf({ before, isAlone = false, callers, allows }: Plan): Promise<Case> {
    const [name, next, otherName] = ['name', 'next', 'other'].map((stem) => `${stem}-${randomUUID()}`)
    const names: Names = {
      ...{ id: randomUUID(), otherId: randomUUID() },
      ...{ name: name ?? '', next: next ?? '', otherName: otherName ?? '' },
    }
    const { id, otherId } = names
    await create(app, { id: otherId, name: names.otherName })
    if (!isAlone) {
      await create(app, { id, name: names.name, expiresAt: later(SOON) })
      await jsonOf(app.send('POST', `/v1/runs/${id}/metadata`, '{"metadata":{"first":1}}'), 201)
    }
    await before?.(names)
    const calls = callers(names)
    const ticking = gates[2].over({
      ...tableOf(app, clock),
      get: async () => {
        // A sweep removes only runs that expired before it began.
        now += SOON + 1
        return undefined
      },
    })
    const outcomes: Outcome[] = []
    return {
      // Each call has its gate, and the expiry has one. A gate without a call has a caller that does nothing.
      callers: [
        ...gates.slice(0, 2).map((_, at) => async () => {
          const call = calls[at]
          if (call !== undefined) outcomes[at] = await call()
        }),
        () => ticking.get({ pk: '', sk: '' }),
      ],
      check: async () => {
        expect(outcomes.map(({ status }) => status).join(' ')).toMatch(allows)
        await settled(names, outcomes)
      },
    }
  }

  const options = { timeout: 600_000 }
  const title = 'are either deleted or saved, and each name belongs to one run'

  it.each(PAIRS)(`${title}: $title, in ${titleOf(pairs)}`, options, (plan) =>
    inOrders(gates, pairs, () => caseOf(plan)),
  )

  it.each(TRIPLES)(`${title}: $title, in ${titleOf(triples)}`, options, (plan) =>
    inOrders(gates, triples, () => caseOf(plan)),
  )

  const isBurial = ({ set }: { readonly set?: object }) => set !== undefined && 'deletedAt' in set

  it.each<{ without: string; by: Weaken; plan: Plan }>([
    {
      without: 'the condition that the expiry is unchanged',
      by: (table) => withoutConditions(table, ['expiresAt'], isBurial),
      plan: PATCH_AND_SWEEP,
    },
    {
      without: 'the deletion of an expired run before its name is taken',
      by: (table) => withoutChanges(table, isBurial),
      plan: PATCH_AND_CREATION,
    },
  ])('would be neither without $without', options, async ({ by, plan }) => {
    await inOrders(gates, { turns: 2 }, () => caseOf(plan))
    weaken = by
    try {
      await expect(inOrders(gates, { turns: 2 }, () => caseOf(plan))).rejects.toThrow(/^in the order /)
    } finally {
      weaken = ASIS
    }
  })

  it('do not exist if their creation was interrupted and found after the expiry: the name is free', async () => {
    const [name, id] = [`name-${randomUUID()}`, randomUUID()]
    await dying((server) => create(server, { id, name, expiresAt: later(SOON) }), 1)
    now += SOON
    const next = await create(app, { name })
    expect(next.status).toBe(201)
    expect(next.run?.id).not.toBe(id)
    expect((await read(name))?.id).toBe(next.run?.id)
    expect(await read(id)).toBeUndefined()
  })

  it('do not keep the name of an interrupted creation that has expired', async () => {
    const [name, id] = [`name-${randomUUID()}`, randomUUID()]
    await dying((server) => create(server, { name, expiresAt: later(SOON) }), 1)
    await create(app, { id, name: `other-${randomUUID()}` })
    now += SOON
    expect((await rename(app, id, name)).status).toBe(200)
    expect((await read(name))?.id).toBe(id)
  })
}
