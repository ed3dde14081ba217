import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** Sets SST up: the sources of its components and their packages, in .sst. It needs the npm registry, but no AWS account. */

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const STAMP = join(ROOT, '.sst', 'setup')
const LOCK = join(ROOT, '.sst', 'setup.lock')
const OUTPUTS = ['config.d.ts', 'node_modules', 'src'].map((name) => join(ROOT, '.sst', 'platform', name))

/** Otherwise SST would also fetch Pulumi's command line and Bun, which only a deployment needs. */
const WITHOUT_DOWNLOADS = { SST_SKIP_DEPENDENCY_CHECK: '1', SST_NO_BUN: '1', SST_TELEMETRY_DISABLED: '1' }

/** Enough for a set-up over a slow connection. */
const SETUP_TIMEOUT_MS = 10 * 60_000

const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')

/** Changes with SST's version and with the configuration, which names the providers. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256')
  for (const file of ['node_modules/sst/package.json', 'sst.config.ts']) hash.update(await readFile(join(ROOT, file)))
  return hash.digest('hex')
}

export async function isSetUp(): Promise<boolean> {
  return OUTPUTS.every((path) => existsSync(path)) && (await read(STAMP)) === (await fingerprint())
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Does `work` while it holds the lock. Takes the lock from a process that has ended. */
async function withLock<T>(work: () => Promise<T>): Promise<T> {
  await mkdir(join(ROOT, '.sst'), { recursive: true })
  const end = Date.now() + SETUP_TIMEOUT_MS
  while (!(await take())) {
    const holder = await read(LOCK)
    if (holder !== '' && !isRunning(Number(holder))) await rm(LOCK, { force: true })
    else if (Date.now() > end) throw new Error(`process ${holder} has held ${LOCK} for too long`)
    else await delay(200)
  }
  try {
    return await work()
  } finally {
    await rm(LOCK, { force: true })
  }
}

const take = (): Promise<boolean> =>
  writeFile(LOCK, String(process.pid), { flag: 'wx' }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false
      throw error
    },
  )

/** Sets up SST for this version and configuration. @returns `false` if it was set up already */
export async function setUp(): Promise<boolean> {
  if (await isSetUp()) return false
  return withLock(async () => {
    if (await isSetUp()) return false
    const sst = join(ROOT, 'node_modules', '.bin', 'sst')
    await promisify(execFile)(sst, ['install', '--stage', 'test'], {
      cwd: ROOT,
      env: { ...process.env, ...WITHOUT_DOWNLOADS },
    })
    await writeFile(STAMP, await fingerprint())
    return true
  })
}
