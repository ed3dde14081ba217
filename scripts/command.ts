import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { buildServer, WRITER } from './server.ts'
import { buildWeb } from './web.ts'

/** `npm run build:command`: builds the command `runmeta`, which contains the server, into packages/cli/dist. */

const ROOT = fileURLToPath(new URL('..', import.meta.url))
export const COMMAND_FOLDER = join(ROOT, 'packages/cli/dist')

/** Bundled CommonJS packages load Node's modules with `require`. */
const REQUIRE =
  "import { createRequire as runmetaRequire } from 'node:module'; const require = runmetaRequire(import.meta.url);"

/** Builds the command into a folder. */
export async function buildCommand(folder: string = COMMAND_FOLDER): Promise<void> {
  const { version } = createRequire(import.meta.url)(join(ROOT, 'packages/cli/package.json'))
  const server = buildServer(folder, {
    entryPoints: { main: 'packages/cli/src/main.ts', writer: WRITER },
    define: { RUNMETA_VERSION: JSON.stringify(version) },
    banner: { js: REQUIRE },
  })
  await Promise.all([server, buildWeb(join(folder, 'web'))])
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await buildCommand()
