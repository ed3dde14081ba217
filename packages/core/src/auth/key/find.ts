import { DEFAULT_PROJECT } from '@runmeta/schema/project'
import type { ApiKey, Server } from '../../context.ts'
import { Failure } from '../../failure.ts'
import { apiKeyKey } from '../../table/keys.ts'
import { fromKeyItem } from './record.ts'
import { hashOf, idOfKey, isSameHash } from './text.ts'

/** Milliseconds that the look at a key may take, so that the request has time left for what it asks. */
const KEY_READ_TIMEOUT_MS = 6000

export const ROOT_ID = 'root'

export const unauthorized = (detail: string): Failure => new Failure('unauthorized', `authorization: ${detail}`)

/** The root key of the settings. It is in no table: who may change the settings has it, and changes it there. */
export const rootApiKey = (text: string): ApiKey => ({
  id: ROOT_ID,
  name: 'root',
  project: DEFAULT_PROJECT,
  role: 'root',
  hash: hashOf(text),
})

/** The stored key of an id, as this server read it within the last seconds or reads it now. */
export async function keyOfId({ table, clock, keyCache }: Server, id: string): Promise<ApiKey | undefined> {
  return keyCache.find(id, clock, async () => {
    const item = await table.until(AbortSignal.timeout(KEY_READ_TIMEOUT_MS)).get(apiKeyKey(id))
    return item === undefined ? undefined : fromKeyItem(item)
  })
}

export const isExpired = ({ expiresAt }: ApiKey, now: number): boolean =>
  expiresAt !== undefined && Date.parse(expiresAt) <= now

/**
 * The key that was shown, if it is in force. Hashes are compared, so that neither their length nor where they differ tells.
 * @throws Failure `unauthorized`; `store_unavailable` where nobody can tell
 */
export async function keyOfText(server: Server, root: ApiKey, text: string): Promise<ApiKey> {
  const hash = hashOf(text)
  if (isSameHash(hash, root.hash)) return root
  const id = idOfKey(text)
  const key = id === undefined ? undefined : await keyOfId(server, id)
  // Compared with something in any case: an id that there is takes no longer than one that there is not.
  const isIts = isSameHash(hash, (key ?? root).hash)
  if (key === undefined || !isIts) throw unauthorized('there is no such API key, or it was revoked')
  if (isExpired(key, server.clock.now())) throw unauthorized('this API key has expired')
  return key
}
