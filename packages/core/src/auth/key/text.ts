import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const ID_BYTES = 8
const SECRET_BYTES = 32
const KEY = /^rmk_([0-9a-f]{16})_[0-9a-f]{64}$/
const ID = /^[0-9a-f]{16}$/

/** Makes a new key, as its holder sends it. The secret is fully random, so a plain hash of it is safe to store. */
export function newKey(): { readonly id: string; readonly text: string } {
  const id = randomBytes(ID_BYTES).toString('hex')
  return { id, text: `rmk_${id}_${randomBytes(SECRET_BYTES).toString('hex')}` }
}

export const idOfKey = (text: string): string | undefined => KEY.exec(text)?.[1]

export const isKeyId = (text: string): boolean => ID.test(text)

export const hashOf = (text: string): Uint8Array => createHash('sha256').update(text).digest()

export const isSameHash = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && timingSafeEqual(one, other)
