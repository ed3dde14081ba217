import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { type NamedContent, writeFiles } from './files.ts'
import { buildWeb } from './web.ts'

/** `npm run bundle`: builds the functions for deployment into dist/lambda. `-- --docs` also writes the table in docs/bundle.md. */

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FILE = 'lambda.mjs'
/** The functions besides the API, each in its own file. */
const OTHERS = ['sweeper', 'reindex'] as const
const DOCUMENT = 'openapi.json'
/** The folder of the dashboard's files, which the function reads on request. */
const WEB = 'web'

/** The most bytes of the API's function: a cold start reads and compiles all of them. */
export const BUDGET = 225_000

/** The folder that SST takes, with the handlers `lambda.handler`, `sweeper.handler` and `reindex.handler`. */
export const FOLDER = join(ROOT, 'dist/lambda')

/** The page with the table of packages in the bundle. */
export const PAGE = join(ROOT, 'docs/bundle.md')

/** The exports of Node's modules that the functions use. */
const NODE: Readonly<Record<string, readonly string[]>> = {
  'node:crypto': [
    'createHash',
    'createHmac',
    'getRandomValues',
    'hash',
    'randomBytes',
    'randomUUID',
    'timingSafeEqual',
  ],
  'node:events': ['setMaxListeners'],
  'node:fs/promises': ['readFile'],
  'node:http': ['Agent', 'request'],
  'node:https': [],
  'node:stream': ['PassThrough', 'Readable', 'Writable'],
  'node:timers/promises': ['setTimeout'],
  'node:util': ['promisify'],
  'node:zlib': ['constants', 'deflateRaw', 'deflateRawSync', 'gzip', 'inflateRaw', 'inflateRawSync'],
}

/**
 * Loads Node's modules without `import`, which would read all of their exports, and so load the code behind each: file streams,
 * standard output, and for `node:http` on Node 24 all of undici.
 */
const BUILT_IN: Plugin = {
  name: 'built-in',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: 'built-in', sideEffects: false }))
    onLoad({ filter: /.*/, namespace: 'built-in' }, ({ path }) => {
      const all = `process.getBuiltinModule(${JSON.stringify(path)})`
      const names = NODE[path]
      // AWS's packages import it, and nothing uses it: esbuild drops it.
      if (names === undefined) return { contents: `module.exports = ${all}` }
      return { contents: `const all = ${all}\nexport default all\nexport const { ${names.join(', ')} } = all` }
    })
  },
}

export const SETTINGS = {
  absWorkingDir: ROOT,
  entryPoints: ['packages/functions/src/lambda.ts'],
  outfile: FILE,
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // The default is the AWS SDK's CommonJS, which cannot be tree-shaken.
  mainFields: ['module', 'main'],
  // Replaces globals that Node loads at their first use.
  inject: ['packages/functions/src/fetch/index.ts'],
  plugins: [BUILT_IN],
  legalComments: 'none',
} as const satisfies BuildOptions

export interface Bundle {
  readonly folder: string
  readonly code: Uint8Array
  /** The bytes of each module in the bundle. */
  readonly modules: ReadonlyMap<string, number>
  /** The modules that the runtime provides. */
  readonly imports: readonly string[]
}

async function other(name: (typeof OTHERS)[number]): Promise<NamedContent> {
  const file = `${name}.mjs`
  const entry = { entryPoints: [`packages/functions/src/${name}.ts`], outfile: file }
  const [made] = (await build({ ...SETTINGS, ...entry, write: false })).outputFiles
  if (made === undefined) throw new Error(`esbuild made no ${file}`)
  return [file, made.contents]
}

/** Writes the bundle into a folder; other processes may do the same meanwhile. @throws Error if it is over its budget */
export async function bundle(folder: string = FOLDER): Promise<Bundle> {
  const [{ outputFiles, metafile }, ...others] = await Promise.all([
    build({ ...SETTINGS, write: false, metafile: true }),
    ...OTHERS.map(other),
  ])
  const [code] = outputFiles.map(({ contents }) => contents)
  const [output] = Object.values(metafile.outputs)
  if (code === undefined || output === undefined) throw new Error('esbuild made no file')
  const made: Bundle = {
    folder,
    code,
    modules: new Map(
      Object.entries(output.inputs)
        .map(([path, { bytesInOutput }]): [string, number] => [path, bytesInOutput])
        .filter(([, bytes]) => bytes > 0),
    ),
    imports: [...new Set(output.imports.map(({ path }) => path))].sort(),
  }
  if (code.length > BUDGET) throw new Error(`the bundle is over ${BUDGET} bytes\n${summary(made)}`)
  const document = await readFile(join(ROOT, 'packages/api', DOCUMENT))
  await writeFiles(folder, [[FILE, code], ...others, [DOCUMENT, document]], [WEB])
  await buildWeb(join(folder, WEB))
  return made
}

/** `node_modules/@aws-sdk/core/…` → `@aws-sdk/core`, `packages/core/src/…` → `packages/core`. */
function packageOf(path: string): string {
  const inside = path.split('node_modules/').at(-1) ?? path
  return inside.split('/', inside.startsWith('@') || inside === path ? 2 : 1).join('/')
}

/** The bytes of the bundle, in total and by package. */
export function summary({ code, modules }: Pick<Bundle, 'code' | 'modules'>): string {
  const packages = new Map<string, number>()
  for (const [path, bytes] of modules) {
    const name = packageOf(path)
    packages.set(name, (packages.get(name) ?? 0) + bytes)
  }
  const rows = [...packages]
    .sort(([, one], [, other]) => other - one)
    .map(([name, bytes]) => `${String(bytes).padStart(7)}  ${name}`)
  return [`${FILE}: ${code.length} bytes, ${gzipSync(code).length} compressed`, ...rows].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const table = summary(await bundle())
  console.log(table)
  if (process.argv.includes('--docs')) {
    const page = await readFile(PAGE, 'utf8')
    await writeFile(PAGE, page.replace(/(?<=```text\n)lambda\.mjs[^`]*/, `${table}\n`))
  }
}
