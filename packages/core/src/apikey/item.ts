import type { Key as ShownKey } from '@runmeta/schema/reply'
import { ROLES, type Role } from '@runmeta/schema/role'
import { optionalString, present, requiredBytes, requiredString } from '../store/attribute.ts'
import { KEY_GROUP, keyIdOf, keyKey, keyPlace } from '../store/item.ts'
import type { Item } from '../store/store.ts'

/** An API key as the server knows it. */
export interface ApiKey {
  readonly id: string
  readonly name: string
  readonly project: string
  readonly role: Role
  /** SHA-256 of the key's text, which nobody but its holder has. */
  readonly hash: Uint8Array
  /** RFC 3339; without one it does not expire. */
  readonly expiresAt?: string
}

/** A key that is kept in the table: any but the root key of the settings. */
export interface StoredKey extends ApiKey {
  /** RFC 3339. */
  readonly createdAt: string
}

function roleOf(text: string): Role {
  const role = ROLES.find((known) => known === text)
  if (role === undefined) throw new TypeError('attribute role: unknown role in a stored key')
  return role
}

export const toKeyItem = ({ id, name, project, role, hash, createdAt, expiresAt }: StoredKey): Item => ({
  ...keyKey(id),
  grp: KEY_GROUP,
  place: keyPlace(project, id),
  name,
  project,
  role,
  hash,
  createdAt,
  ...present({ expiresAt }),
})

export const fromKeyItem = (item: Item): StoredKey => ({
  id: keyIdOf(item),
  name: requiredString(item, 'name'),
  project: requiredString(item, 'project'),
  role: roleOf(requiredString(item, 'role')),
  hash: requiredBytes(item, 'hash'),
  createdAt: requiredString(item, 'createdAt'),
  ...present({ expiresAt: optionalString(item, 'expiresAt') }),
})

/** The key as callers see it. */
export const shownKey = ({ id, name, project, role, createdAt, expiresAt }: StoredKey): ShownKey => ({
  id,
  name,
  project,
  role,
  createdAt,
  ...present({ expiresAt }),
})
