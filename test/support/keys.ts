import { expect } from 'vitest'
import { jsonOf, type TestApp } from './app.ts'

export type Role = 'read' | 'log' | 'admin' | 'root'

export interface KeyBody {
  readonly id: string
  readonly name: string
  readonly project: string
  readonly role: Role
  readonly createdAt: string
  readonly expiresAt?: string
}

export interface CreatedKeyBody extends KeyBody {
  readonly key: string
}

interface TokenBody {
  readonly token: string
  readonly expiresAt: string
}

/** The headers of a request with this key or token. */
export const by = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` })

/** Creates a key, by default with the root key. */
export async function newKey(
  app: TestApp,
  body: object,
  headers: Record<string, string> = {},
): Promise<CreatedKeyBody> {
  const made = await jsonOf<CreatedKeyBody>(app.send('POST', '/v1/keys', JSON.stringify(body), headers), 201)
  expect(made.key).toMatch(/^rmk_[0-9a-f]{16}_[0-9a-f]{64}$/)
  return made
}

export const revokeKey = (app: TestApp, id: string, headers: Record<string, string> = {}): Promise<Response> =>
  app.request(`/v1/keys/${id}`, { method: 'DELETE', headers })

export const newToken = (app: TestApp, run: string, expiresIn: number, headers: Record<string, string> = {}) =>
  jsonOf<TokenBody>(app.send('POST', `/v1/runs/${run}/token`, JSON.stringify({ expiresIn }), headers), 201)
