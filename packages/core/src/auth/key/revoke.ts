import type { Context } from '../../context.ts'
import { Failure } from '../../failure.ts'
import { apiKeyKey } from '../../table/keys.ts'
import { isInReach } from './list.ts'
import { fromKeyItem } from './record.ts'
import { isKeyId } from './text.ts'

const notFound = () => new Failure('not_found', 'key: no API key has this id; GET /v1/keys lists them')

/**
 * Revokes a key. It stops working on this server at once, and on every other within a minute, when its cache expires.
 * Logs keep the name of the key. A repeat throws `not_found`.
 * @throws Failure `not_found`, also if the caller may not revoke the key
 */
export async function revoke(context: Context, id: string): Promise<void> {
  const { table, keyCache } = context
  const item = isKeyId(id) ? await table.get(apiKeyKey(id)) : undefined
  if (item === undefined || !isInReach(context, fromKeyItem(item))) throw notFound()
  // Forget the key whether or not the removal succeeded: the next request then reads it again.
  await table.remove(apiKeyKey(id), { exists: true }).finally(() => keyCache.forget(id))
}
