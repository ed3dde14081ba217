import { DEFAULT_PROJECT } from '@runmeta/schema/project'
import type { ApiKey, Server } from '../../context.ts'
import { Failure } from '../../failure.ts'
import { apiKeyKey } from '../../table/keys.ts'
import type { Table } from '../../table/port.ts'
import { fromKeyItem } from './record.ts'
import { hashOf, idOfKey, isSameHash } from './text.ts'

/** The time limit of a read. It leaves the request time for its own reads. */
const READ_TIMEOUT_MS = 6000

export const boundedTable = ({ table }: Server): Table => table.withSignal(AbortSignal.timeout(READ_TIMEOUT_MS))

export const ROOT_ID = 'root'

export const unauthorized = (detail: string): Failure => new Failure('unauthorized', `authorization: ${detail}`)

/** The root key. It comes from the settings and is not stored in the table. */
export const rootApiKey = (text: string): ApiKey => ({
  id: ROOT_ID,
  name: 'root',
  project: DEFAULT_PROJECT,
  role: 'root',
  hash: hashOf(text),
})

/** The stored key with this id, from the cache or the table. */
export async function keyOfId(server: Server, id: string): Promise<ApiKey | undefined> {
  return server.keyCache.find(id, async () => {
    const item = await boundedTable(server).get(apiKeyKey(id))
    return item === undefined ? undefined : fromKeyItem(item)
  })
}

export const isExpired = ({ expiresAt }: ApiKey, now: number): boolean =>
  expiresAt !== undefined && Date.parse(expiresAt) <= now

/**
 * Finds the key of a request, if it is valid. It compares hashes in constant time, so that timing reveals nothing about them.
 * @throws Failure `unauthorized`; `store_unavailable` if the key cannot be read
 */
export async function keyOfText(server: Server, root: ApiKey, text: string): Promise<ApiKey> {
  const hash = hashOf(text)
  if (isSameHash(hash, root.hash)) return root
  const id = idOfKey(text)
  const key = id === undefined ? undefined : await keyOfId(server, id)
  // Compare in any case, so that timing does not reveal which ids exist.
  const isSame = isSameHash(hash, (key ?? root).hash)
  if (key === undefined || !isSame) throw unauthorized('there is no such API key, or it was revoked')
  if (isExpired(key, server.clock.now())) throw unauthorized('this API key has expired')
  return key
}
