import { copyFile, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build } from 'esbuild'

/** `npm run build:server`: the server for one machine as JavaScript, in packages/local/dist. `npm start` runs it when needed. */

const ROOT = fileURLToPath(new URL('..', import.meta.url))

export const SERVER_FOLDER = join(ROOT, 'packages/local/dist')

/** The thread that writes to SQLite is a file of its own. */
export const WRITER = 'packages/local/src/sqlite/writer.ts'

const OPTIONS = {
  absWorkingDir: ROOT,
  entryPoints: { main: 'packages/local/src/main.ts', writer: WRITER },
  bundle: true,
  // What only some servers need, the AWS SDK above all, becomes a file that is loaded on demand.
  splitting: true,
  format: 'esm',
  // A file says itself that it is a module, wherever it is copied to.
  outExtension: { '.js': '.mjs' },
  platform: 'node',
  target: 'node20',
  mainFields: ['module', 'main'],
  // It finds its binary beside its own files.
  external: ['@photostructure/sqlite'],
  legalComments: 'none',
} as const satisfies BuildOptions

/** Builds the server, or what holds one, into a folder. A server that starts meanwhile reads the old files or the new ones. */
export async function buildServer(folder: string = SERVER_FOLDER, options: BuildOptions = {}): Promise<void> {
  await mkdir(dirname(folder), { recursive: true })
  const draft = await mkdtemp(`${folder}-`)
  try {
    await build({ ...OPTIONS, ...options, outdir: draft })
    await copyFile(join(ROOT, 'packages/api/openapi.json'), join(draft, 'openapi.json'))
    await mkdir(folder, { recursive: true })
    const made = await readdir(draft)
    // Chunks first: the entries name them.
    const order = [
      ...made.filter((name) => name.startsWith('chunk-')),
      ...made.filter((name) => !name.startsWith('chunk-')),
    ]
    for (const name of order) await rename(join(draft, name), join(folder, name))
    // The dashboard stands there too, in a folder of its own.
    for (const name of await readdir(folder))
      if (!made.includes(name) && name.endsWith('.mjs')) await rm(join(folder, name))
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildServer()
