import { createHmac, timingSafeEqual } from 'node:crypto'

export interface Signer {
  sign(text: string): string
  isSigned(text: string, signature: string): boolean
}

const KEY = /^[\x21-\x2b\x2d-\x7e]{32,}$/

/** Reads the signing keys in a setting. The first one signs; all of them verify. @throws Error that names the setting */
export function signingKeys(setting: string, text: string): string[] {
  const keys = text.split(/[\s,]+/).filter((key) => key !== '')
  if (keys.length > 0 && keys.every((key) => KEY.test(key))) return keys
  throw new Error(
    `${setting} must be 32 or more printable ASCII characters; while one is rotated, the new and the old, with a comma between`,
  )
}

export function createSigner(keys: readonly string[]): Signer {
  const [first] = keys
  if (first === undefined) throw new Error('a signer needs a key')
  const mac = (key: string, text: string): Buffer => createHmac('sha256', key).update(text).digest()
  return {
    sign: (text) => mac(first, text).toString('hex'),
    isSigned: (text, signature) => {
      const given = Buffer.from(signature, 'hex')
      return keys.some((key) => {
        const right = mac(key, text)
        return given.length === right.length && timingSafeEqual(given, right)
      })
    },
  }
}
