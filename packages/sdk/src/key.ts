import type { CallOptions } from './run.ts'
import { isValueObject, type Value, type ValueObject } from './value/value.ts'

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

const isText = (value: Value | undefined): value is string => typeof value === 'string'

// A role that a newer server added is better shown than refused.
const isRole = (value: Value | undefined): value is Role => typeof value === 'string'

function decodeKey({ id, name, project, role, createdAt, expiresAt }: ValueObject): ApiKey | undefined {
  if (!isText(id) || !isText(name) || !isText(project) || !isRole(role) || !isText(createdAt)) return undefined
  return { id, name, project, role, createdAt, ...(isText(expiresAt) ? { expiresAt } : {}) }
}

/** A key with its secret; nothing where the API would not have replied so. */
export function decodeNewKey(body: ValueObject): NewApiKey | undefined {
  const made = decodeKey(body)
  return made === undefined || !isText(body.key) ? undefined : { ...made, key: body.key }
}

/** Keys; nothing where the API would not have replied so. */
export function decodeKeys({ keys }: ValueObject): ApiKey[] | undefined {
  if (!Array.isArray(keys)) return undefined
  const decoded = keys.flatMap((key) => (isValueObject(key) ? (decodeKey(key) ?? []) : []))
  return decoded.length === keys.length ? decoded : undefined
}

/** A run token; nothing where the API would not have replied so. */
export function decodeToken({ token, expiresAt }: ValueObject): RunToken | undefined {
  return isText(token) && isText(expiresAt) ? { token, expiresAt } : undefined
}
