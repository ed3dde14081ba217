import type { CreateKey } from '@runmeta/schema/access'
import { DEFAULT_PROJECT } from '@runmeta/schema/project'
import type { CreatedKey } from '@runmeta/schema/reply'
import { isEnough, type Role } from '@runmeta/schema/role'
import type { Context } from '../../context.ts'
import { Failure } from '../../failure.ts'
import { present, requiredBytes } from '../../table/attribute.ts'
import { storeTime } from '../../table/time.ts'
import { type StoredKey, shownKey, toKeyItem } from './record.ts'
import { hashOf, newKey } from './text.ts'

const MAX_TRIES = 3
const NAME_ID_DIGITS = 6

function check(role: Role, input: CreateKey, now: number): void {
  const isRoot = isEnough(role, 'root')
  if (input.project !== undefined && !isRoot)
    throw new Failure(
      'forbidden',
      'project: needs a key with the role root; leave it out to create a key for your own project',
    )
  if (!isEnough(role, input.role))
    throw new Failure(
      'forbidden',
      `role: a key with the role ${input.role} can only be created with a key of that role`,
    )
  if (input.role === 'root' && (input.project ?? DEFAULT_PROJECT) !== DEFAULT_PROJECT)
    throw new Failure('bad_request', `project: a root key acts in ${DEFAULT_PROJECT}; leave it out`)
  if (input.expiresAt !== undefined && Date.parse(input.expiresAt) <= now)
    throw new Failure('bad_request', 'expiresAt: must be in the future')
}

/** Stores a key unless its id is taken. @returns whether it is stored, also if a retry of the AWS client finds its own first try */
async function store({ table }: Context, key: StoredKey): Promise<boolean> {
  const item = toKeyItem(key)
  if ((await table.put(item, { exists: false })) !== undefined) return true
  const found = await table.get(item)
  return found !== undefined && Buffer.from(key.hash).equals(requiredBytes(found, 'hash'))
}

/**
 * Creates an API key. Only its hash is stored, so the key is returned this once. A repeat creates another key.
 * @throws Failure `forbidden` if the caller may not grant the role or the project, `bad_request`
 */
export async function create(context: Context, input: CreateKey): Promise<CreatedKey> {
  const now = await storeTime(context)
  check(context.role, input, now)
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const { id, text } = newKey()
    const key: StoredKey = {
      id,
      name: input.name ?? `${input.role}-${id.slice(-NAME_ID_DIGITS)}`,
      project: input.project ?? context.project,
      role: input.role,
      hash: hashOf(text),
      createdAt: new Date(now).toISOString(),
      ...present({ expiresAt: input.expiresAt }),
    }
    if (await store(context, key)) {
      // The id may be cached as unknown.
      context.keyCache.forget(id)
      return { ...shownKey(key), key: text }
    }
  }
  throw new Failure('store_unavailable', 'could not store the key; retry')
}
