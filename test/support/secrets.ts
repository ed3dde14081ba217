/** The root key of test apps. */
export const ROOT_KEY = 'rmk_test_0123456789abcdef0123456789abcdef'

/** The signing key of test apps. */
export const SIGNING_KEY = 'a-signing-key-for-tests-0123456789abcdef'

/** The secrets of all tests; no reply, log or bundle may contain one. */
export const SECRETS = [ROOT_KEY, SIGNING_KEY] as const

/** @param where names the text in the error */
export function expectNoSecrets(text: string, where: string, secrets: readonly string[] = SECRETS): void {
  for (const secret of secrets) {
    if (text.includes(secret)) throw new Error(`${where} shows a secret, ${secret.slice(0, 6)}…: ${text.slice(0, 500)}`)
  }
}
