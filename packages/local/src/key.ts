import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createSigner, type Signer, signingKeys } from '@runmeta/core/auth/token/signer'
import { keptSecret } from './secret.ts'

const ID_BYTES = 6
const SECRET_BYTES = 32
const USABLE = /^[\x21-\x7e]{16,}$/

export interface RootKey {
  readonly key: string
  /** The file that keeps it; none where the key was given. */
  readonly file?: string
}

/** The root key: the one given, else the one kept in the data directory, which the first start makes. */
export async function rootKey(directory: string, given: string | undefined): Promise<RootKey> {
  if (given !== undefined && given !== '') {
    if (USABLE.test(given)) return { key: given }
    throw new Error('RUNMETA_API_KEY must be 16 or more printable ASCII characters without spaces')
  }
  const path = join(directory, 'key')
  const key = await keptSecret(path, () => {
    const secret = randomBytes(SECRET_BYTES).toString('hex')
    return `rmk_${randomBytes(ID_BYTES).toString('hex')}_${secret}`
  })
  if (!USABLE.test(key)) throw new Error(`${path} holds no API key; remove it and a new one is made`)
  return { key, file: path }
}

/** Signs run tokens, with the keys given, else with those kept in the data directory, which the first start makes. */
export async function signer(directory: string, given: string | undefined): Promise<Signer> {
  if (given !== undefined && given !== '') return createSigner(signingKeys('RUNMETA_SIGNING_KEY', given))
  const path = join(directory, 'signing-key')
  const kept = await keptSecret(path, () => randomBytes(SECRET_BYTES).toString('hex'))
  return createSigner(signingKeys(path, kept))
}
