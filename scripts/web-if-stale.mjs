import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Builds the dashboard where that was not done since its sources changed. Plain JavaScript, so that a start does not wait for more. */

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SOURCES = ['packages/web', 'packages/sdk/src', 'scripts/web.ts', 'package-lock.json']

const timeOf = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
const newest = (path) =>
  statSync(path).isDirectory()
    ? readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), timeOf(path))
    : timeOf(path)

const built = timeOf(join(ROOT, 'dist/web/index.html'))
if (SOURCES.some((path) => newest(join(ROOT, path)) > built)) {
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', join(ROOT, 'scripts/web.ts')], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  process.exitCode = status ?? 1
}
