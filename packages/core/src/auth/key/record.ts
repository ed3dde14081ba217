import type { Key as ShownKey } from '@runmeta/schema/reply'
import { ROLES } from '@runmeta/schema/role'
import type { ApiKey } from '../../context.ts'
import { optionalString, present, requiredBytes, requiredOneOf, requiredString } from '../../table/attribute.ts'
import { apiKeyKey, KEY_INDEX_PK, keyIdOf, keyIndexSk } from '../../table/keys.ts'
import type { Item } from '../../table/port.ts'

/** A key in the table: any key but the root key. */
export interface StoredKey extends ApiKey {
  readonly createdAt: string
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
  role: requiredOneOf(item, 'role', ROLES),
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
