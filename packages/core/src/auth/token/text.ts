import { canonicalId } from '@runmeta/schema/id'
import { digitsOf } from '../../table/keys.ts'

/** The claims of a run token. They are readable, and protected by the signature. */
export interface TokenClaims {
  readonly keyId: string
  readonly runId: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

export interface TokenParts extends TokenClaims {
  /** The signed text: everything before the signature. */
  readonly signed: string
  readonly signature: string
}

const TOKEN = /^(rmt_([0-9a-f]{16}|root)_([0-9a-f]{32})_([1-9]\d{12,13}))_([0-9a-f]{64})$/

export const isToken = (text: string): boolean => text.startsWith('rmt_')

export const claimsText = ({ keyId, runId, expiresAt }: TokenClaims): string =>
  `rmt_${keyId}_${digitsOf(runId)}_${expiresAt}`

export const tokenText = (signed: string, signature: string): string => `${signed}_${signature}`

export function partsOf(text: string): TokenParts | undefined {
  const [, signed, keyId, run, expiresAt, signature] = TOKEN.exec(text) ?? []
  const runId = run === undefined ? undefined : canonicalId(run)
  if (signed === undefined || keyId === undefined || runId === undefined || signature === undefined) return undefined
  return { signed, keyId, runId, expiresAt: Number(expiresAt), signature }
}
