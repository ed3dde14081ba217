import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureTable } from '@runmeta/core/table/dynamo/create'
import { build } from 'esbuild'
import { bundle } from '../../scripts/bundle.ts'
import { CREDENTIALS, endpointOf, ROOT_KEY, SIGNING_KEY } from '../support/app.ts'
import { type StoreProxy, startProxy } from '../support/proxy.ts'
import { expectNoSecrets } from '../support/secrets.ts'
import { type Environment, startEnvironment } from './environment.ts'

export const AWS = {
  AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE000000000',
  AWS_SECRET_ACCESS_KEY: 'secret/0123456789abcdef0123456789abcdef',
  AWS_SESSION_TOKEN: 'token/0123456789abcdef0123456789abcdef==',
}

/** Secrets that no output may contain. */
export const SECRETS = [ROOT_KEY, SIGNING_KEY, AWS.AWS_SECRET_ACCESS_KEY, AWS.AWS_SESSION_TOKEN]

/** The bundle on one Node, with a new table behind a proxy. */
export interface Subject {
  readonly proxy: StoreProxy
  /** A new execution environment after its init. */
  start(variables?: Readonly<Record<string, string>>): Promise<Environment>
  stop(): Promise<void>
}

/** Builds the bundle outside of the repository, where only Node's own modules can be imported. */
export async function makeSubject(node: string): Promise<Subject> {
  const folder = await mkdtemp(join(tmpdir(), 'runmeta-bundle-'))
  const task = join(folder, 'task')
  const client = join(folder, 'client.mjs')
  await bundle(task)
  const entryPoints = [new URL('./client.ts', import.meta.url).pathname]
  await build({ entryPoints, outfile: client, format: 'esm', target: 'node20' })
  const table = `bundle-${randomUUID()}`
  const endpoint = endpointOf('dynoxide')
  await ensureTable({ ...CREDENTIALS, endpoint }, table)
  const proxy = await startProxy(endpoint)
  const environments: Environment[] = []
  return {
    proxy,
    async start(variables = {}) {
      const settings = {
        RUNMETA_TABLE: table,
        RUNMETA_ROOT_KEY: ROOT_KEY,
        RUNMETA_SIGNING_KEY: SIGNING_KEY,
        AWS_ENDPOINT_URL_DYNAMODB: proxy.endpoint,
      }
      const started = await startEnvironment({
        node,
        folder: task,
        client,
        variables: { ...AWS, ...settings, ...variables },
      })
      environments.push(started)
      return started
    },
    async stop() {
      for (const environment of environments) await environment.stop()
      await proxy.stop()
      expectNoSecrets(await readFile(join(task, 'lambda.mjs'), 'utf8'), 'the bundle', SECRETS)
      await rm(folder, { recursive: true })
      for (const environment of environments) expectNoSecrets(environment.output(), 'the log', SECRETS)
    },
  }
}
