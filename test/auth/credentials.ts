import { createClock } from '@runmeta/core/table/clock'
import { jsonOf, ROOT_KEY, type RunBody, type TestApp, testApp } from '../support/app.ts'
import { by, newKey, newToken, revokeKey } from '../support/keys.ts'

/** The credentials of a request, in the order of the table's columns. */
export const CREDENTIALS = [
  'no key',
  'malformed',
  'unknown',
  'expired',
  'revoked',
  'read',
  'log',
  'admin',
  'root',
  'token of this run',
  'token of another',
  'expired token',
  'forged token',
] as const
export type Credential = (typeof CREDENTIALS)[number]

/** The project of the keys and of the root key, and another one. */
export const OWN = 'default'
export const OTHER = 'other'

export interface AuthApp {
  readonly app: TestApp
  /** The headers of a request with this credential; a token is for this run of the own project. */
  headersOf(credential: Credential, run: string): Promise<Record<string, string>>
  /** A run of a project, with a key `a` in its metadata. */
  newRun(project: string): Promise<RunBody>
}

const LATER = 3_600_000

/** An app with every credential, after the expiry of the expired ones. */
export async function startAuthApp(): Promise<AuthApp> {
  const early = await testApp()
  const clock = createClock()
  const app = await testApp({ tableName: early.tableName, clock: { ...clock, now: () => clock.now() + LATER } })
  const soon = new Date(Date.now() + LATER / 2).toISOString()
  const revoked = await newKey(app, { role: 'admin' })
  await revokeKey(app, revoked.id)
  const theirs = by((await newKey(app, { role: 'log', project: OTHER })).key)
  const log = by((await newKey(app, { role: 'log' })).key)
  const keys: Partial<Record<Credential, string>> = {
    malformed: 'rmk_no-key',
    unknown: `rmk_${'0'.repeat(16)}_${'0'.repeat(64)}`,
    expired: (await newKey(early, { role: 'admin', expiresAt: soon })).key,
    revoked: revoked.key,
    read: (await newKey(app, { role: 'read' })).key,
    log: (await newKey(app, { role: 'log' })).key,
    admin: (await newKey(app, { role: 'admin' })).key,
    root: ROOT_KEY,
  }

  async function newRun(project: string): Promise<RunBody> {
    const headers = project === OWN ? log : theirs
    const run = await jsonOf<RunBody>(app.send('POST', '/v1/runs', '{}', headers), 201)
    await jsonOf(app.send('POST', `/v1/runs/${run.id}/metadata`, '{"metadata":{"a":1}}', headers), 201)
    return run
  }
  const another = await newRun(OWN)

  async function tokenOf(credential: Credential, run: string): Promise<string> {
    if (credential === 'token of another') return (await newToken(app, another.id, 60, log)).token
    const { token } = await newToken(credential === 'expired token' ? early : app, run, 60, log)
    return credential === 'forged token' ? token.replace(/.$/, (last) => (last === '0' ? '1' : '0')) : token
  }

  return {
    app,
    newRun,
    async headersOf(credential, run) {
      if (credential === 'no key') return { authorization: '' }
      return by(keys[credential] ?? (await tokenOf(credential, run)))
    },
  }
}
