import type { CallOptions } from '../call.ts'
import { badRequest, NotFoundError } from '../error/api.ts'
import { checkFields, timeText } from '../fields.ts'
import type { Reply } from '../http/reply.ts'
import { send } from '../http/send.ts'
import type { Connection } from '../options.ts'
import { isDone } from '../run/history.ts'
import { runPath } from '../run/path.ts'
import { allIn, parseObject, textsIn } from '../value/json.ts'
import type { Value } from '../value/value.ts'

/** What a key may do; each role may do what those before it may: `read`, `log`, `admin`, `root`. */
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

/** A key that was made just now. */
export interface NewApiKey extends ApiKey {
  /** The key itself, `rmk_…`. Nobody shows it again. */
  readonly key: string
}

/** An API key to make. */
export interface KeyOptions {
  /** What it may do. */
  readonly role: Role
  /** For a root key only. @default the project of the key that makes it */
  readonly project?: string | undefined
  /** Shown in the history of what it logs. @default one made of the role */
  readonly name?: string | undefined
  /** A `Date`, or RFC 3339. @default it does not expire */
  readonly expiresAt?: string | Date | undefined
}

export const KEY_FIELDS = ['role', 'project', 'name', 'expiresAt'] as const satisfies (keyof KeyOptions)[]

/** A run token to make. */
export interface TokenOptions extends CallOptions {
  /** Seconds that it is good for, 60 to 604,800. */
  readonly expiresIn: number
}

export const TOKEN_FIELDS = ['expiresIn', 'signal'] as const satisfies (keyof TokenOptions)[]

/** A token that logs to one run, by its id, and does nothing else: the `apiKey` of a client in a step. */
export interface RunToken {
  /** `rmt_…` */
  readonly token: string
  /** RFC 3339; no later than the key that made it expires. */
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
  const body = JSON.stringify({ ...key, expiresAt: timeText('expiresAt', key.expiresAt) })
  const request = { path: '/v1/keys', body, signal, isOnce: true }
  return await send(connection, { method: 'POST', ...request, decode: decodeNewKey })
}

/** See {@link Client.listKeys}. */
export const listKeys = (connection: Connection, { signal }: CallOptions): Promise<readonly ApiKey[]> =>
  send(connection, { method: 'GET', path: '/v1/keys', signal, decode: decodeKeys })

/** A whole key would be sent in the path, and be in the logs on the way. */
const KEY_ID = /^[0-9a-z]{1,64}$/

/** See {@link Client.revokeKey}. */
export async function revokeKey(connection: Connection, id: string, { signal }: CallOptions): Promise<void> {
  if (typeof id !== 'string' || !KEY_ID.test(id)) {
    throw badRequest('id: must be what stands in an API key between rmk_ and the next _')
  }
  try {
    await send(connection, { method: 'DELETE', path: `/v1/keys/${id}`, signal, decode: isDone })
  } catch (error) {
    // An attempt before this one did it, and its reply was lost.
    if (!(error instanceof NotFoundError && error.attempts > 1)) throw error
  }
}

const REQUIRED = ['id', 'name', 'project', 'role', 'createdAt'] as const

function keyOf(body: Value | undefined): ApiKey | undefined {
  const texts = textsIn(body, REQUIRED, ['expiresAt'])
  return texts !== undefined && hasRole(texts) ? texts : undefined
}

// A role that a newer server added is better shown than refused.
const hasRole = <Texts extends { readonly role: string }>(texts: Texts): texts is Texts & { readonly role: Role } =>
  texts.role !== ''

/** A key with its secret; nothing where the API would not have replied so. */
function decodeNewKey({ text }: Reply): NewApiKey | undefined {
  const body = parseObject(text)
  const made = keyOf(body)
  const secret = textsIn(body, ['key'])
  return made && secret && { ...made, ...secret }
}

const decodeKeys = ({ text }: Reply): readonly ApiKey[] | undefined => allIn(parseObject(text)?.keys, keyOf)

const decodeToken = ({ text }: Reply): RunToken | undefined => textsIn(parseObject(text), ['token', 'expiresAt'])
