import { type BudgetedCall, type Call, get, pathOf, post, SMALL, type World } from './call.ts'

interface Made {
  readonly id: string
  readonly key: string
}

const by = (key: string) => ({ authorization: `Bearer ${key}` })
const newKey = ({ send }: World, body: object): Promise<Made> => send<Made>(post('/v1/keys', body))
const log = ({ plain }: World, key: string): Call => post(pathOf(plain.id, '/metadata'), { metadata: SMALL }, by(key))
const LISTED_KEYS = 10

/** API keys, run tokens, and public calls. */
export const DOORS = {
  createKey: { status: 201, prepare: () => post('/v1/keys', { role: 'read' }) },
  listKeys: {
    status: 200,
    prepare: async (world) => {
      const project = world.unique()
      const { key } = await newKey(world, { role: 'admin', project })
      for (let n = 1; n < LISTED_KEYS; n++) await newKey(world, { role: 'read', project })
      const list = { ...get('/v1/keys'), headers: by(key) }
      await world.send(list)
      return list
    },
  },
  revokeKey: {
    status: 204,
    prepare: async (world) => ({ method: 'DELETE', path: `/v1/keys/${(await newKey(world, { role: 'read' })).id}` }),
  },
  logByNewKey: {
    status: 201,
    prepare: async (world) => log(world, (await newKey(world, { role: 'log' })).key),
  },
  logByKey: {
    status: 201,
    prepare: async (world) => {
      const { key } = await newKey(world, { role: 'log' })
      await world.send(log(world, key))
      return log(world, key)
    },
  },
  createToken: { status: 201, prepare: ({ plain }) => post(pathOf(plain.id, '/token'), { expiresIn: 60 }) },
  logByToken: {
    status: 201,
    prepare: async (world) => {
      const { token } = await world.send<{ token: string }>(post(pathOf(world.plain.id, '/token'), { expiresIn: 60 }))
      return log(world, token)
    },
  },
  health: { status: 200, prepare: () => get('/v1/health') },
  limits: { status: 200, prepare: () => get('/v1/limits') },
} as const satisfies Record<string, BudgetedCall>
