import type { Context } from '../../context.ts'
import { Failure } from '../../failure.ts'
import { apiKeyKey } from '../../table/keys.ts'
import { isInReach } from './list.ts'
import { fromKeyItem } from './record.ts'
import { isKeyId } from './text.ts'

const notFound = () => new Failure('not_found', 'key: no API key has this id; GET /v1/keys lists them')

/**
 * Revokes a key: it is removed, here at once and on every server once what it remembers runs out, within a minute. What it
 * logged keeps its name. A repeat finds no such key.
 * @throws Failure `not_found`, for a key that is not the caller's to revoke as well
 */
export async function revoke(context: Context, id: string): Promise<void> {
  const { table, keyCache } = context
  const item = isKeyId(id) ? await table.get(apiKeyKey(id)) : undefined
  if (item === undefined || !isInReach(context, fromKeyItem(item))) throw notFound()
  // Whether it was this request or another that removed it, it is gone; where nobody can tell, the next request looks.
  await table.remove(apiKeyKey(id), { exists: true }).finally(() => keyCache.forget(id))
}
