import { randomUUID } from 'node:crypto'
import { type BudgetedCall, type Call, pathOf, post, prefixOf, SMALL, STEP, type World } from './call.ts'

const HOUR_MS = 3_600_000
/** The number of characters of a log with two parts. */
const LARGE = 500_000
const MANY = 100

const log = (run: string, metadata: object = SMALL, headers?: Readonly<Record<string, string>>): Call =>
  post(pathOf(run, '/metadata'), { metadata }, headers)
const patch = (run: string, body: object): Call => ({ ...post(pathOf(run), body), method: 'PATCH' })
const remove = (run: string): Call => ({ method: 'DELETE', path: pathOf(run) })
const later = () => new Date(Date.now() + HOUR_MS).toISOString()
/** Three new numbers. */
const others = () => {
  const n = performance.now()
  return { m: { a: n, b: n + 1, c: n + 2 } }
}
/** Text that does not compress, always the same. */
function noise(length: number): string {
  let state = 1
  let text = ''
  while (text.length < length) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    text += state.toString(36)
  }
  return text.slice(0, length)
}
const again = async (world: World, call: Call): Promise<Call> => {
  await world.send(call)
  return call
}

export const CREATIONS = {
  create: { status: 201, prepare: ({ unique }) => post('/v1/runs', { name: unique() }) },
  createWithId: { status: 201, prepare: () => post('/v1/runs', { id: randomUUID() }) },
  createPipeline: {
    status: 201,
    prepare: ({ unique }) => post('/v1/runs', { name: unique(), pipeline: 'pipeline-3' }),
  },
  createExpiring: { status: 201, prepare: ({ unique }) => post('/v1/runs', { name: unique(), expiresAt: later() }) },
  createKnown: { status: 200, prepare: ({ indexed }) => post('/v1/runs', { name: indexed.name }) },
} as const satisfies Record<string, BudgetedCall>

const one = (prepare: BudgetedCall['prepare']): BudgetedCall => ({ status: 201, prepare })
const cold = (prepare: BudgetedCall['prepare']): BudgetedCall => ({ status: 201, isCold: true, prepare })
const many = (of: (world: World) => string, logOf: (world: World) => object): BudgetedCall => ({
  status: 200,
  prepare: (world) =>
    post('/v1/metadata', { logs: Array.from({ length: MANY }, () => ({ run: of(world), metadata: logOf(world) })) }),
})

export const LOGS = {
  logUnindexed: one(({ plain }) => log(plain.id)),
  logUnindexedByName: one(({ plain }) => log(plain.name)),
  logUnindexedByPrefix: one(({ plain }) => log(prefixOf(plain.name))),
  logUnindexedCold: cold(({ plain }) => log(plain.id)),
  logUnindexedByNameCold: cold(({ plain }) => log(plain.name)),
  logUnindexedByPrefixCold: cold(({ plain }) => log(prefixOf(plain.name))),
  logNew: one(({ indexed, unique }) => log(indexed.id, { [unique()]: SMALL.m })),
  logSame: one((world) => again(world, log(world.indexed.id))),
  logChanged: one(async ({ indexed, send }) => {
    await send(log(indexed.id))
    return log(indexed.id, others())
  }),
  logNewByName: one(({ indexed, unique }) => log(indexed.name, { [unique()]: SMALL.m })),
  logNewCold: cold(({ indexed, unique }) => log(indexed.id, { [unique()]: SMALL.m })),
  logToStep: one(({ plain }) => post(pathOf(plain.id, '/metadata'), { metadata: SMALL, step: STEP })),
  logOnce: one(({ plain, unique }) => log(plain.id, SMALL, { 'idempotency-key': unique() })),
  logAgain: one((world) => again(world, log(world.plain.id, SMALL, { 'idempotency-key': world.unique() }))),
  logLarge: one(({ plain }) => log(plain.id, { large: noise(LARGE) })),
} as const satisfies Record<string, BudgetedCall>

/** Changes of a run. Unsetting a key reads the newest logs, so these calls come before {@link MANY_LOGS}. */
export const CHANGES = {
  unset: {
    status: 204,
    prepare: async ({ indexed, send, unique }) => {
      const key = unique()
      await send(log(indexed.id, { [key]: SMALL.m }))
      return { method: 'DELETE', path: pathOf(indexed.id, `/metadata?key=${key}`) }
    },
  },
  changeEnd: { status: 200, prepare: ({ indexed }) => patch(indexed.id, { endedAt: '2026-01-01T00:00:00Z' }) },
  changeStatus: {
    status: 200,
    prepare: async ({ indexed, send }) => {
      await send(patch(indexed.id, { status: 'running' }))
      return patch(indexed.id, { status: 'completed' })
    },
  },
  changePipeline: { status: 200, prepare: ({ indexed, unique }) => patch(indexed.id, { pipeline: unique() }) },
  changeExpiry: { status: 200, prepare: ({ indexed }) => patch(indexed.id, { expiresAt: later() }) },
  removeExpiry: { status: 200, prepare: ({ indexed }) => patch(indexed.id, { expiresAt: null }) },
} as const satisfies Record<string, BudgetedCall>

export const MANY_LOGS = {
  logManyUnindexed: many(
    ({ plain }) => plain.id,
    () => SMALL,
  ),
  logManyNew: many(
    ({ indexed }) => indexed.id,
    ({ unique }) => ({ [unique()]: SMALL.m }),
  ),
} as const satisfies Record<string, BudgetedCall>

/** The last calls: they rename and delete the run. */
export const ENDS = {
  renameAgain: {
    status: 200,
    prepare: async ({ indexed, send, unique }) => {
      await send(patch(indexed.id, { name: unique() }))
      return patch(indexed.id, { name: unique() })
    },
  },
  remove: {
    status: 204,
    prepare: async ({ send, unique }) => {
      const { id } = await send<{ id: string }>(post('/v1/runs', { name: unique() }))
      for (let n = 0; n < 10; n++) await send(log(id))
      return remove(id)
    },
  },
  removeAll: { status: 204, isOnce: true, prepare: ({ indexed }) => remove(indexed.id) },
} as const satisfies Record<string, BudgetedCall>
