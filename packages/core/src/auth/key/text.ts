import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const ID_BYTES = 8
const SECRET_BYTES = 32
const KEY = /^rmk_([0-9a-f]{16})_[0-9a-f]{64}$/
const ID = /^[0-9a-f]{16}$/

/** A new key, as its holder sends it. The secret is random throughout, so that a plain hash of it cannot be guessed back. */
export function newKey(): { readonly id: string; readonly text: string } {
  const id = randomBytes(ID_BYTES).toString('hex')
  return { id, text: `rmk_${id}_${randomBytes(SECRET_BYTES).toString('hex')}` }
}

/** The id in a key; undefined if the text was never made by this code. */
export const idOfKey = (text: string): string | undefined => KEY.exec(text)?.[1]

export const isKeyId = (text: string): boolean => ID.test(text)

/** What is stored of a key. */
export const hashOf = (text: string): Uint8Array => createHash('sha256').update(text).digest()

/** Whether two hashes are the same, in a time that does not tell where they differ. */
export const isSameHash = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && timingSafeEqual(one, other)
