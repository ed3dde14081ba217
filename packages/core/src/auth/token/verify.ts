import type { ApiKey, Server } from '../../context.ts'
import { storeTime } from '../../table/time.ts'
import { boundedTable, isExpired, keyOfId, ROOT_ID, unauthorized } from '../key/find.ts'
import type { Signer } from './signer.ts'
import { partsOf } from './text.ts'

export interface Issuing {
  readonly signer: Signer
  readonly root: ApiKey
}

export interface Grant {
  readonly issuer: ApiKey
  readonly runId: string
}

/**
 * What a signature covers in addition to the token's text. All root keys have the same id, so the signature includes the
 * hash of the root key: the token becomes invalid when the key changes.
 */
export const signedText = ({ root }: Issuing, keyId: string, claims: string): string =>
  keyId === ROOT_ID ? `${claims}_${Buffer.from(root.hash).toString('hex')}` : claims

/**
 * Verifies a token: first its signature, so that a forged token causes no read, then its key, which may have been revoked.
 * @throws Failure `unauthorized`; `store_unavailable` if the key cannot be read
 */
export async function grantOf(server: Server, issuing: Issuing, text: string): Promise<Grant> {
  const token = partsOf(text)
  if (token === undefined || !issuing.signer.isSigned(signedText(issuing, token.keyId, token.signed), token.signature))
    throw unauthorized('there is no such run token')
  const { clock } = server
  const expired = () => token.expiresAt <= clock.now()
  if (clock.isSynced() && expired()) throw unauthorized('this run token has expired')
  const issuer = token.keyId === ROOT_ID ? issuing.root : await keyOfId(server, token.keyId)
  // Reading the key brings the store's time, unless the key was cached.
  if (!clock.isSynced()) await storeTime({ clock, table: boundedTable(server) })
  if (expired()) throw unauthorized('this run token has expired')
  if (issuer === undefined || isExpired(issuer, clock.now()))
    throw unauthorized('the API key that issued this run token was revoked or has expired')
  return { issuer, runId: token.runId }
}
