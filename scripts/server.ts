import { copyFile, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build } from 'esbuild'

/** `npm run build:server`: builds the server for one machine into packages/local/dist. `npm start` does so when needed. */

const ROOT = fileURLToPath(new URL('..', import.meta.url))

const SERVER_FOLDER = join(ROOT, 'packages/local/dist')

/** The thread that writes to SQLite needs its own file. */
export const WRITER = 'packages/local/src/sqlite/writer.ts'

const OPTIONS = {
  absWorkingDir: ROOT,
  entryPoints: { main: 'packages/local/src/main.ts', writer: WRITER },
  bundle: true,
  // Code that only some servers need, such as the AWS SDK, gets its own file and is loaded on demand.
  splitting: true,
  format: 'esm',
  // Then a file is a module wherever it is copied to.
  outExtension: { '.js': '.mjs' },
  platform: 'node',
  target: 'node20',
  mainFields: ['module', 'main'],
  // It finds its binary beside its own files.
  external: ['@photostructure/sqlite'],
  legalComments: 'none',
} as const satisfies BuildOptions

/** Builds the server, or a program that contains it, into a folder. A server that starts meanwhile reads the old files or the new ones. */
export async function buildServer(folder: string = SERVER_FOLDER, options: BuildOptions = {}): Promise<void> {
  await mkdir(dirname(folder), { recursive: true })
  const draft = await mkdtemp(`${folder}-`)
  try {
    await build({ ...OPTIONS, ...options, outdir: draft })
    await copyFile(join(ROOT, 'packages/api/openapi.json'), join(draft, 'openapi.json'))
    await mkdir(folder, { recursive: true })
    const made = await readdir(draft)
    // Chunks first, because the entries import them.
    const order = [
      ...made.filter((name) => name.startsWith('chunk-')),
      ...made.filter((name) => !name.startsWith('chunk-')),
    ]
    for (const name of order) await rename(join(draft, name), join(folder, name))
    // Not the folder of the dashboard.
    for (const name of await readdir(folder))
      if (!made.includes(name) && name.endsWith('.mjs')) await rm(join(folder, name))
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildServer()
