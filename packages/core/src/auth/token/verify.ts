import type { ApiKey, Server } from '../../context.ts'
import { isExpired, keyOfId, ROOT_ID, unauthorized } from '../key/find.ts'
import type { Signer } from './signer.ts'
import { partsOf } from './text.ts'

/** Who may sign and with what: the settings that tokens hang on. */
export interface Issuing {
  readonly signer: Signer
  /** The root key of the settings. */
  readonly root: ApiKey
}

/** The key that issued a token, and the run that it is for. */
export interface Grant {
  readonly issuer: ApiKey
  readonly runId: string
}

/**
 * What is signed of a token besides its own text. Every root key of the settings has the same id, so a token of one is bound
 * to that very key, and dies when it is changed; the hash is signed, and shown nowhere.
 */
export const signedText = ({ root }: Issuing, keyId: string, claims: string): string =>
  keyId === ROOT_ID ? `${claims}_${Buffer.from(root.hash).toString('hex')}` : claims

/**
 * What a token grants, if it is in force: by its signature first, so that a made-up one costs the store nothing, then by
 * the key that issued it, which may have been revoked. The run is not read.
 * @throws Failure `unauthorized`; `store_unavailable` where nobody can tell
 */
export async function grantOf(server: Server, issuing: Issuing, text: string): Promise<Grant> {
  const token = partsOf(text)
  if (token === undefined || !issuing.signer.isSigned(signedText(issuing, token.keyId, token.signed), token.signature))
    throw unauthorized('there is no such run token')
  const now = server.clock.now()
  if (token.expiresAt <= now) throw unauthorized('this run token has expired')
  const issuer = token.keyId === ROOT_ID ? issuing.root : await keyOfId(server, token.keyId)
  if (issuer === undefined || isExpired(issuer, now))
    throw unauthorized('the API key that issued this run token was revoked or has expired')
  return { issuer, runId: token.runId }
}
