import { randomUUID } from 'node:crypto'
import { beforeAll, expect, it } from 'vitest'
import { jsonOf, type RunBody, type TestApp, testApp } from '../support/app.ts'
import { abandon, type Case, createGate, inOrders, type Orders, titleOf } from '../support/interleave.ts'

/** Renames with other renames, creations and deletions, in many orders of their requests to the store. */
export function renameRaces({ pairs, triples }: { pairs: Orders; triples: Orders }): void {
  const gates = [createGate(), createGate(), createGate()] as const
  let app: TestApp
  let servers: TestApp[]
  beforeAll(async () => {
    app = await testApp()
    servers = await Promise.all(gates.map(({ over }) => testApp({ tableName: app.tableName, over })))
    for (const server of servers) await jsonOf(server.request('/v1/health'))
  })

  interface Outcome {
    readonly kind: 'rename' | 'create' | 'delete' | 'read'
    readonly status: number
    readonly run?: RunBody
  }

  const outcome = async (kind: Outcome['kind'], asked: Promise<Response>): Promise<Outcome> => {
    const reply = await asked
    const text = await reply.text()
    return reply.status === 200 || reply.status === 201
      ? { kind, status: reply.status, run: JSON.parse(text) as RunBody }
      : { kind, status: reply.status }
  }
  const of = (server: TestApp | undefined) => server ?? app
  const rename = (server: TestApp | undefined, run: string, name: string) =>
    outcome('rename', of(server).send('PATCH', `/v1/runs/${run}`, JSON.stringify({ name })))
  const create = (server: TestApp | undefined, body: object) =>
    outcome('create', of(server).send('POST', '/v1/runs', JSON.stringify(body)))
  const remove = (server: TestApp | undefined, run: string) =>
    outcome('delete', of(server).request(`/v1/runs/${run}`, { method: 'DELETE' }))
  const read = (server: TestApp | undefined, run: string) => outcome('read', of(server).request(`/v1/runs/${run}`))

  /** Begins a rename on a server that dies after this many requests. */
  async function beginRename(run: string, name: string, requests: number): Promise<void> {
    const gate = createGate()
    const server = await testApp({ tableName: app.tableName, over: gate.over })
    await jsonOf(server.request('/v1/health'))
    await abandon(gate, requests, () => rename(server, run, name))
  }

  /** Checks the runs and the names after all calls. */
  async function settled(
    ids: readonly string[],
    names: readonly string[],
    outcomes: readonly Outcome[],
  ): Promise<void> {
    const known = new Set([...ids, ...outcomes.flatMap(({ run }) => (run === undefined ? [] : [run.id]))])
    const live = new Map<string, string>()
    for (const id of known) {
      const { run } = await read(app, id)
      if (run === undefined) continue
      // Each run has its own name, and is found by it.
      expect([...live.values()]).not.toContain(run.name)
      expect((await read(app, run.name)).run?.id).toBe(id)
      live.set(id, run.name)
    }
    // Every other name is free: its creation makes a new run.
    for (const name of names) {
      const holder = [...live].find(([, own]) => own === name)
      const next = await create(app, { name })
      expect(next.status).toBe(holder === undefined ? 201 : 200)
      if (holder !== undefined) expect(next.run?.id).toBe(holder[0])
    }
    if (!outcomes.some(({ kind, status }) => kind === 'delete' && status === 204))
      for (const id of ids) expect(live.has(id)).toBe(true)
  }

  interface Names {
    readonly one: string
    readonly other: string
    readonly next: string
    readonly id: string
    readonly otherId: string
  }

  interface Plan {
    readonly title: string
    /** Prepares more than the run `one`. */
    readonly before?: (names: Names) => Promise<unknown>
    readonly callers: (names: Names) => (() => Promise<Outcome>)[]
    readonly allows: (outcomes: readonly Outcome[], names: Names) => boolean
  }

  const statuses = (outcomes: readonly Outcome[]) => outcomes.map(({ status }) => status).join(' ')
  const makeOther = ({ other, otherId }: Names) => create(app, { id: otherId, name: other })

  const PAIRS: readonly Plan[] = [
    {
      title: 'two renames of two runs to one name',
      before: makeOther,
      callers: ({ id, otherId, next }) => [() => rename(servers[0], id, next), () => rename(servers[1], otherId, next)],
      allows: (outcomes) => ['200 409', '409 200'].includes(statuses(outcomes)),
    },
    {
      title: 'two renames of one run to two names',
      callers: ({ id, next, other }) => [() => rename(servers[0], id, next), () => rename(servers[1], id, other)],
      allows: (outcomes) => statuses(outcomes) === '200 200',
    },
    {
      title: 'one rename, sent twice by the old name',
      callers: ({ one, next }) => [() => rename(servers[0], one, next), () => rename(servers[1], one, next)],
      allows: (outcomes) => statuses(outcomes) === '200 200',
    },
    {
      title: 'a rename and a creation of its new name',
      callers: ({ id, next }) => [() => rename(servers[0], id, next), () => create(servers[1], { name: next })],
      allows: (outcomes) => ['200 200', '409 201'].includes(statuses(outcomes)),
    },
    {
      title: 'a rename and a creation of its old name',
      callers: ({ id, one, next }) => [() => rename(servers[0], id, next), () => create(servers[1], { name: one })],
      allows: (outcomes) => ['200 200', '200 201'].includes(statuses(outcomes)),
    },
    {
      title: 'a rename and a deletion by id',
      callers: ({ id, next }) => [() => rename(servers[0], id, next), () => remove(servers[1], id)],
      allows: (outcomes) => ['200 204', '404 204'].includes(statuses(outcomes)),
    },
    {
      title: 'a rename and a deletion by the old name',
      callers: ({ id, one, next }) => [() => rename(servers[0], id, next), () => remove(servers[1], one)],
      allows: (outcomes) => ['200 204', '404 204', '200 404'].includes(statuses(outcomes)),
    },
    {
      title: 'a rename and a change of the status',
      callers: ({ id, next }) => [
        () => rename(servers[0], id, next),
        () => outcome('rename', of(servers[1]).send('PATCH', `/v1/runs/${id}`, '{"status":"failed"}')),
      ],
      allows: (outcomes) => statuses(outcomes) === '200 200',
    },
    {
      title: 'a rename and a reader of the run by its id',
      callers: ({ id, next }) => [() => rename(servers[0], id, next), () => read(servers[1], id)],
      allows: (outcomes, { one, next }) =>
        statuses(outcomes) === '200 200' &&
        [one, next].includes(outcomes.find(({ kind }) => kind === 'read')?.run?.name ?? ''),
    },
    ...[1, 2, 3, 4, 5].map(
      (requests): Plan => ({
        title: `a rename whose maker died after ${requests + 1} requests, a creation of its new name and another rename`,
        before: ({ id, next }) => beginRename(id, next, requests + 1),
        callers: ({ id, next, other }) => [
          () => create(servers[0], { name: next }),
          () => rename(servers[1], id, other),
        ],
        allows: (outcomes) => ['200 200', '201 200'].includes(statuses(outcomes)),
      }),
    ),
  ]
  const TRIPLES: readonly Plan[] = [
    {
      title: 'two renames to one name and its creation',
      before: makeOther,
      callers: ({ id, otherId, next }) => [
        () => rename(servers[0], id, next),
        () => rename(servers[1], otherId, next),
        () => create(servers[2], { name: next }),
      ],
      allows: (outcomes) => ['200 409 200', '409 200 200', '409 409 201'].includes(statuses(outcomes)),
    },
    {
      title: 'a rename, a deletion and a creation of the old name',
      callers: ({ id, one, next }) => [
        () => rename(servers[0], id, next),
        () => remove(servers[1], id),
        () => create(servers[2], { name: one }),
      ],
      allows: (outcomes) => /^(200|404) 204 20[01]$/.test(statuses(outcomes)),
    },
  ]

  async function caseOf({ before, callers, allows }: Plan): Promise<Case> {
    const [one, other, next] = ['one', 'other', 'next'].map((stem) => `${stem}-${randomUUID()}`)
    const names: Names = {
      one: one ?? '',
      other: other ?? '',
      next: next ?? '',
      id: randomUUID(),
      otherId: randomUUID(),
    }
    await create(app, { id: names.id, name: names.one })
    await before?.(names)
    const outcomes: Outcome[] = []
    return {
      callers: callers(names).map((call, at) => async () => {
        outcomes[at] = await call()
      }),
      check: async () => {
        expect(allows(outcomes, names), statuses(outcomes)).toBe(true)
        const there = before === makeOther ? [names.id, names.otherId] : [names.id]
        await settled(there, [names.one, names.other, names.next], outcomes)
      },
    }
  }

  it.each([0, 1, 2, 3, 4, 5])(
    'leave a run exactly one name for a server that has cached it, after %i requests of a rename',
    async (requests) => {
      const [one, next, id] = [`one-${randomUUID()}`, `next-${randomUUID()}`, randomUUID()]
      await create(app, { id, name: one })
      const other = await testApp({ tableName: app.tableName })
      const log = async (name: string) =>
        (await other.send('POST', `/v1/runs/${name}/metadata?exact=true`, '{"metadata":{"a":1}}')).status
      // From now on it has cached the run.
      expect(await log(one)).toBe(201)
      await beginRename(id, next, requests)
      expect([await log(one), await log(next)].sort()).toEqual([201, 404])
    },
  )

  const options = { timeout: 600_000 }

  it.each(PAIRS)(
    `leave each run with one name and each name with one run: $title, in ${titleOf(pairs)}`,
    options,
    (plan) => inOrders(gates.slice(0, 2), pairs, () => caseOf(plan)),
  )

  it.each(TRIPLES)(
    `leave each run with one name and each name with one run: $title, in ${titleOf(triples)}`,
    options,
    (plan) => inOrders(gates, triples, () => caseOf(plan)),
  )
}
