import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { keyOfId } from '@runmeta/core/auth/key/find'
import { idOfKey } from '@runmeta/core/auth/key/text'
import { createSigner, type Signer, signingKeys } from '@runmeta/core/auth/token/signer'
import { isToken } from '@runmeta/core/auth/token/text'
import type { Server } from '@runmeta/core/context'
import { keptSecret } from './secret.ts'

const ID_BYTES = 6
const SECRET_BYTES = 32
const USABLE = /^[\x21-\x7e]{16,}$/

export interface RootKey {
  readonly key: string
  /** The file with the key; absent if the key was given. */
  readonly file?: string
}

/** The root key: the given one, or the one in the data directory, which the first start creates. */
export async function rootKey(directory: string, given: string | undefined): Promise<RootKey> {
  if (given) {
    if (isToken(given))
      throw new Error('RUNMETA_ROOT_KEY: is a run token; set it to a key of your own, or leave it out')
    if (USABLE.test(given)) return { key: given }
    throw new Error('RUNMETA_ROOT_KEY: expected 16 or more printable ASCII characters without spaces')
  }
  const path = join(directory, 'key')
  const key = await keptSecret(path, () => {
    const secret = randomBytes(SECRET_BYTES).toString('hex')
    return `rmk_${randomBytes(ID_BYTES).toString('hex')}_${secret}`
  })
  if (!USABLE.test(key)) throw new Error(`${path} holds no API key; remove it and the next start creates a new one`)
  return { key, file: path }
}

/** @throws Error if `RUNMETA_ROOT_KEY` is a stored key with another role: it would get all rights on this server. */
export async function checkRootKey(server: Server, { key, file }: RootKey): Promise<void> {
  const id = file === undefined ? idOfKey(key) : undefined
  const stored = id === undefined ? undefined : await keyOfId(server, id)
  if (stored === undefined || stored.role === 'root') return
  throw new Error(
    `RUNMETA_ROOT_KEY: is the API key ${stored.id} with the role ${stored.role}; set it to a key of your own, or leave it out`,
  )
}

/** Signs run tokens with the given keys, or with those in the data directory, which the first start creates. */
export async function signer(directory: string, given: string | undefined): Promise<Signer> {
  if (given) return createSigner(signingKeys('RUNMETA_SIGNING_KEY', given))
  const path = join(directory, 'signing-key')
  const kept = await keptSecret(path, () => randomBytes(SECRET_BYTES).toString('hex'))
  return createSigner(signingKeys(path, kept))
}
