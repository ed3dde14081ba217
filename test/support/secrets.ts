/** The root key of the apps that tests make. */
export const ROOT_KEY = 'rmk_test_0123456789abcdef0123456789abcdef'

/** What signs the run tokens of those apps. */
export const SIGNING_KEY = 'a-signing-key-for-tests-0123456789abcdef'

/** What no reply, no log and no bundle may hold. A secret that a test uses stands here, so that it is looked for everywhere. */
export const SECRETS = [ROOT_KEY, SIGNING_KEY] as const

/** @throws where a text holds one; which text it was, `where` says */
export function expectNoSecrets(text: string, where: string, secrets: readonly string[] = SECRETS): void {
  for (const secret of secrets) {
    if (text.includes(secret)) throw new Error(`${where} shows a secret, ${secret.slice(0, 6)}…: ${text.slice(0, 500)}`)
  }
}
