import {
  BadRequestError,
  ConnectionError,
  NotFoundError,
  StoreUnavailableError,
  UnexpectedReplyError,
} from '@runmeta/sdk'
import { describe, expect, test } from 'vitest'
import { type Answer, bodyOf, clientOf, errorOf, json, networkError, refusal, silence } from './stub.ts'

const KEY = {
  id: '0123456789abcdef',
  name: 'trainer',
  project: 'vision',
  role: 'log',
  createdAt: '2026-01-31T12:00:00.000Z',
}
const MADE = { ...KEY, key: 'rmk_0123456789abcdef_secret' }
const gone: Answer = () => new Response(null, { status: 204 })

describe('createKey', () => {
  test('sends its fields, and returns the key', async () => {
    const { client, sent } = clientOf([json(MADE, 201)])
    const expiresAt = new Date('2027-01-02T03:04:05Z')
    expect(await client.createKey({ role: 'log', project: 'vision', name: 'trainer', expiresAt })).toEqual(MADE)
    expect(sent[0]).toMatchObject({ method: 'POST', path: '/v1/keys' })
    expect(bodyOf(sent[0])).toEqual({
      role: 'log',
      project: 'vision',
      name: 'trainer',
      expiresAt: '2027-01-02T03:04:05.000Z',
    })
  })

  test.each<[string, Answer, new (...given: never) => Error]>([
    ['a lost connection', networkError('ECONNRESET'), ConnectionError],
    ['a store that is gone', refusal('store_unavailable'), StoreUnavailableError],
  ])('is not retried after %s, which may have created the key', async (_, answer, Class) => {
    const { client, sent } = clientOf([answer, json(MADE, 201)])
    expect(await errorOf(client.createKey({ role: 'log' }))).toBeInstanceOf(Class)
    expect(sent).toHaveLength(1)
  })

  test('is retried after a 429, which created no key', async () => {
    const { client, sent } = clientOf([refusal('rate_limited'), json(MADE, 201)])
    expect(await client.createKey({ role: 'log' })).toEqual(MADE)
    expect(sent).toHaveLength(2)
  })

  test('refuses a misspelt field', async () => {
    const { client, sent } = clientOf([silence])
    const options: object = { role: 'log', expires: '2027-01-01T00:00:00Z' }
    const error = await errorOf(client.createKey(Object.assign({ role: 'log' as const }, options)))
    expect(error).toBeInstanceOf(BadRequestError)
    expect(error).toHaveProperty(
      'message',
      expect.stringMatching(/^unknown field expires: createKey takes.*did you mean expiresAt\?/),
    )
    expect(sent).toHaveLength(0)
  })
})

describe('listKeys', () => {
  test('returns all keys', async () => {
    const { client } = clientOf([json({ keys: [KEY, { ...KEY, expiresAt: KEY.createdAt }] })])
    expect(await client.listKeys()).toEqual([KEY, { ...KEY, expiresAt: KEY.createdAt }])
  })

  test.each([{}, { keys: {} }, { keys: [{ ...KEY, id: 1 }] }, { keys: [null] }])(
    'refuses the reply %j',
    async (body) => {
      const { client } = clientOf([json(body)])
      expect(await errorOf(client.listKeys())).toBeInstanceOf(UnexpectedReplyError)
    },
  )
})

describe('revokeKey', () => {
  test('sends the id of the key', async () => {
    const { client, sent } = clientOf([gone])
    await client.revokeKey(KEY.id)
    expect(sent[0]).toMatchObject({ method: 'DELETE', path: `/v1/keys/${KEY.id}` })
  })

  test('succeeds if its own earlier attempt revoked the key, and throws if there was none', async () => {
    const repeated = clientOf([networkError('ECONNREFUSED'), refusal('not_found')])
    await repeated.client.revokeKey(KEY.id)
    expect(repeated.sent).toHaveLength(2)
    const { client } = clientOf([refusal('not_found')])
    expect(await errorOf(client.revokeKey(KEY.id))).toBeInstanceOf(NotFoundError)
  })

  test.each([MADE.key, '', '../runs/x'])('refuses %j without sending or showing it', async (id) => {
    const { client, sent } = clientOf([silence])
    const error = await errorOf(client.revokeKey(id))
    expect(error).toBeInstanceOf(BadRequestError)
    expect(error).toHaveProperty('message', expect.not.stringContaining('secret'))
    expect(sent).toHaveLength(0)
  })
})

describe('createRunToken', () => {
  const made = { token: 'rmt_x', expiresAt: KEY.createdAt }

  test('sends the run and the seconds', async () => {
    const { client, sent } = clientOf([json(made, 201)])
    expect(await client.createRunToken('a b', { expiresIn: 60 })).toEqual(made)
    expect(await client.run('nightly').createToken({ expiresIn: 600 })).toEqual(made)
    expect(sent.map(({ path }) => path)).toEqual(['/v1/runs/a%20b/token', '/v1/runs/nightly/token'])
    expect(sent.map(bodyOf)).toEqual([{ expiresIn: 60 }, { expiresIn: 600 }])
  })

  test('is retried, because an additional token is harmless', async () => {
    const { client, sent } = clientOf([networkError('ECONNRESET'), json(made, 201)])
    expect(await client.createRunToken('nightly', { expiresIn: 60 })).toEqual(made)
    expect(sent).toHaveLength(2)
  })
})
