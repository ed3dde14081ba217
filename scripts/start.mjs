import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** `npm start`: builds the server and the dashboard if their sources have changed since the last build, then runs the server. */

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SERVER = 'packages/local/dist/main.mjs'
const sourcesOf = (...names) => names.map((name) => `packages/${name}/src`)

const BUILDS = [
  {
    built: SERVER,
    script: 'scripts/server.ts',
    files: ['packages/api/openapi.json'],
    folders: sourcesOf('schema', 'core', 'api', 'local'),
  },
  {
    built: 'packages/local/dist/web/index.html',
    script: 'scripts/web.ts',
    files: ['packages/web/index.html', 'packages/web/icon.svg', 'scripts/web.ts'],
    folders: sourcesOf('web', 'sdk'),
  },
]

const changedAt = (path) => statSync(ROOT + path, { throwIfNoEntry: false })?.mtimeMs ?? 0

const newest = (folder) =>
  readdirSync(ROOT + folder, { recursive: true }).reduce(
    (latest, name) => Math.max(latest, changedAt(`${folder}/${name}`)),
    0,
  )

const isStale = ({ built, files, folders }) => {
  const builtAt = changedAt(built)
  return ['package-lock.json', ...files]
    .map(changedAt)
    .concat(folders.map(newest))
    .some((at) => at > builtAt)
}

for (const build of BUILDS) {
  const arguments_ = ['--import', 'tsx', build.script]
  if (isStale(build)) execFileSync(process.execPath, arguments_, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] })
}
await import(`../${SERVER}`)
