import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** `npm start`: builds the server if its sources changed since the last build, then runs it. */

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const BUILT = 'packages/local/dist/main.js'
const SOURCES = ['packages/schema', 'packages/core', 'packages/api', 'packages/local'].map((name) => `${name}/src`)

const changedAt = (path) => statSync(ROOT + path, { throwIfNoEntry: false })?.mtimeMs ?? 0

const newest = (folder) =>
  readdirSync(ROOT + folder, { recursive: true }).reduce(
    (latest, name) => Math.max(latest, changedAt(`${folder}/${name}`)),
    0,
  )

const isStale = () => {
  const builtAt = changedAt(BUILT)
  return ['package-lock.json', 'packages/api/openapi.json']
    .map(changedAt)
    .concat(SOURCES.map(newest))
    .some((at) => at > builtAt)
}

if (isStale()) execFileSync(process.execPath, ['--import', 'tsx', 'scripts/server.ts'], { cwd: ROOT, stdio: 'inherit' })
await import(`../${BUILT}`)
