import type { Key as ShownKey } from '@runmeta/schema/reply'
import { ROLES, type Role } from '@runmeta/schema/role'
import type { ApiKey } from '../../context.ts'
import { optionalString, present, requiredBytes, requiredString } from '../../table/attribute.ts'
import { apiKeyKey, KEY_INDEX_PK, keyIdOf, keyIndexSk } from '../../table/keys.ts'
import type { Item } from '../../table/port.ts'

/** A key in the table: any key but the root key. */
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
  ...apiKeyKey(id),
  indexPk: KEY_INDEX_PK,
  indexSk: keyIndexSk(project, id),
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

export const shownKey = ({ id, name, project, role, createdAt, expiresAt }: StoredKey): ShownKey => ({
  id,
  name,
  project,
  role,
  createdAt,
  ...present({ expiresAt }),
})
