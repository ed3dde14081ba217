import type { CallOptions } from '../call.ts'
import { badRequest, NotFoundError } from '../error/api.ts'
import { checkFields } from '../fields.ts'
import { remove } from '../http/remove.ts'
import { send } from '../http/send.ts'
import type { Connection } from '../options.ts'
import { runPath } from '../run/path.ts'
import { allIn, textsIn } from '../value/json.ts'
import type { Value, ValueObject } from '../value/value.ts'

/** What a key may do. Each role includes the roles before it: `read`, `log`, `admin`, `root`. */
export type Role = 'read' | 'log' | 'admin' | 'root'

/** An API key, without its secret. Times are RFC 3339, UTC, with milliseconds. */
export interface ApiKey {
  readonly id: string
  readonly name: string
  readonly project: string
  readonly role: Role
  readonly createdAt: string
  readonly expiresAt?: string
}

/** A key that was just created. */
export interface NewApiKey extends ApiKey {
  /** The key itself, `rmk_…`. It is not shown again. */
  readonly key: string
}

/** An API key to create. */
export interface KeyOptions {
  /** What it may do. */
  readonly role: Role
  /** For a root key only. @default the project of the key that creates it */
  readonly project?: string | undefined
  /** Shown in the history as the author of logs. @default made from the role */
  readonly name?: string | undefined
  /** A `Date`, or RFC 3339. @default the key does not expire */
  readonly expiresAt?: string | Date | undefined
}

const KEY_FIELDS = ['role', 'project', 'name', 'expiresAt'] as const satisfies (keyof KeyOptions)[]

/** A run token to create. */
export interface TokenOptions extends CallOptions {
  /** How long it is valid, in seconds, 60 to 604,800. */
  readonly expiresIn: number
}

const TOKEN_FIELDS = ['expiresIn', 'signal'] as const satisfies (keyof TokenOptions)[]

/** A token that can only log to one run, by its id. Use it as the `apiKey` of a client in a step. */
export interface RunToken {
  /** `rmt_…` */
  readonly token: string
  /** RFC 3339; not later than the expiry of the key that issued it. */
  readonly expiresAt: string
}

/** See {@link Client.createRunToken}. */
export async function createRunToken(
  connection: Connection,
  reference: string,
  options: TokenOptions,
): Promise<RunToken> {
  checkFields('createRunToken', options, TOKEN_FIELDS)
  const { expiresIn, signal } = options
  const path = `${runPath(reference)}/token`
  const body = JSON.stringify({ expiresIn })
  return await send(connection, { method: 'POST', path, body, signal, decode: decodeToken })
}

/** See {@link Client.createKey}. */
export async function createKey(connection: Connection, key: KeyOptions, { signal }: CallOptions): Promise<NewApiKey> {
  checkFields('createKey', key, KEY_FIELDS)
  const request = { path: '/v1/keys', body: JSON.stringify(key), signal, isOnce: true }
  return await send(connection, { method: 'POST', ...request, decode: decodeNewKey })
}

/** See {@link Client.listKeys}. */
export const listKeys = (connection: Connection, { signal }: CallOptions): Promise<readonly ApiKey[]> =>
  send(connection, { method: 'GET', path: '/v1/keys', signal, decode: decodeKeys })

/** Refuses a whole key: it would be sent in the path, and appear in logs along the way. */
const KEY_ID = /^[0-9a-z]{1,64}$/

/** See {@link Client.revokeKey}. */
export async function revokeKey(connection: Connection, id: string, { signal }: CallOptions): Promise<void> {
  if (typeof id !== 'string' || !KEY_ID.test(id)) {
    throw badRequest('id: must be the id of an API key, and not the key')
  }
  await remove(connection, `/v1/keys/${id}`, { signal }, NotFoundError)
}

const REQUIRED = ['id', 'name', 'project', 'role', 'createdAt'] as const

const keyOf = (body: Value): ApiKey | undefined => textsIn<ApiKey>(body, REQUIRED, ['expiresAt'])

/** Decodes a key with its secret. Undefined if the reply has another shape. */
const decodeNewKey = (body: ValueObject): NewApiKey | undefined =>
  textsIn<NewApiKey>(body, [...REQUIRED, 'key'], ['expiresAt'])

const decodeKeys = ({ keys }: ValueObject): readonly ApiKey[] | undefined => allIn(keys, keyOf)

const decodeToken = (body: ValueObject): RunToken | undefined => textsIn<RunToken>(body, ['token', 'expiresAt'])
