import type { RunToken } from '@runmeta/schema/reply'
import type { Context } from '../../context.ts'
import { readRun } from '../../run/cache.ts'
import { find } from '../../run/find.ts'
import { claimsText, tokenText } from './text.ts'
import { type Issuing, signedText } from './verify.ts'

/**
 * Makes a token for a run, named exactly. It expires with the caller's key, or after `expiresIn` seconds if that is earlier.
 * The token is not stored; a repeat makes another.
 * @throws Failure `run_not_found`, `bad_request`
 */
export async function issue(
  context: Context,
  issuing: Issuing,
  reference: string,
  { expiresIn }: { readonly expiresIn: number },
): Promise<RunToken> {
  const { author, clock, keyExpiresAt } = context
  const { id: runId } = await find(context, reference, (id) => readRun(context, id), { isExact: true })
  const wanted = Math.floor(clock.now()) + expiresIn * 1000
  const expiresAt = keyExpiresAt === undefined ? wanted : Math.min(wanted, Date.parse(keyExpiresAt))
  const claims = claimsText({ keyId: author.keyId, runId, expiresAt })
  const signature = issuing.signer.sign(signedText(issuing, author.keyId, claims))
  return { token: tokenText(claims, signature), expiresAt: new Date(expiresAt).toISOString() }
}
