import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { buildWeb } from './web.ts'

/** `npm run bundle`: the functions as they are deployed, in dist/lambda. With `-- --docs`, its table in docs/bundle.md too. */

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FILE = 'lambda.mjs'
/** Functions beside the API's, each a file of its own. */
const OTHERS = ['sweeper', 'reindex'] as const
const DOCUMENT = 'openapi.json'
/** The dashboard's files, which the function reads when a browser asks for them. */
const WEB = 'web'

/** Bytes. A cold start reads and compiles them all. */
export const BUDGET = 225_000

/** The folder that SST takes, with the handlers `lambda.handler`, `sweeper.handler` and `reindex.handler`. */
export const FOLDER = join(ROOT, 'dist/lambda')

/** Where the table of what is in it stands. */
export const PAGE = join(ROOT, 'docs/bundle.md')

/** What the functions use of Node. */
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
 * Node's modules without `import`, which reads every export of them, and so loads what each export is for: streams of files,
 * standard output, and for `node:http` on Node 24 all of undici.
 */
const BUILT_IN: Plugin = {
  name: 'built-in',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: 'built-in', sideEffects: false }))
    onLoad({ filter: /.*/, namespace: 'built-in' }, ({ path }) => {
      const all = `process.getBuiltinModule(${JSON.stringify(path)})`
      const names = NODE[path]
      // Modules that AWS's packages import, and nothing here uses: esbuild drops them.
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
  // By default the SDK's CommonJS is taken, which no bundler can shake.
  mainFields: ['module', 'main'],
  // In place of globals that Node loads at their first use.
  inject: ['packages/functions/src/fetch/index.ts'],
  plugins: [BUILT_IN],
  legalComments: 'none',
} as const satisfies BuildOptions

export interface Bundle {
  readonly folder: string
  readonly code: Uint8Array
  /** Each module that is in it, and the bytes it takes there. */
  readonly modules: ReadonlyMap<string, number>
  /** What it leaves to the runtime. */
  readonly imports: readonly string[]
}

async function other(name: (typeof OTHERS)[number]): Promise<readonly [name: string, content: Uint8Array]> {
  const file = `${name}.mjs`
  const entry = { entryPoints: [`packages/functions/src/${name}.ts`], outfile: file }
  const [made] = (await build({ ...SETTINGS, ...entry, write: false })).outputFiles
  if (made === undefined) throw new Error(`esbuild made no ${file}`)
  return [file, made.contents]
}

/** Writes the bundle into a folder, where other processes may be doing the same. @throws where it is over its budget */
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
  await write(folder, [[FILE, code], ...others, [DOCUMENT, await readFile(join(ROOT, 'packages/api', DOCUMENT))]])
  await buildWeb(join(folder, WEB))
  return made
}

/** Puts whole files in place one by one, so that whoever reads the folder meanwhile never meets half of one. */
async function write(folder: string, files: readonly (readonly [name: string, content: Uint8Array])[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  const making = await mkdtemp(`${folder}-`)
  try {
    for (const [name, content] of files) {
      await writeFile(join(making, name), content)
      await rename(join(making, name), join(folder, name))
    }
  } finally {
    await rm(making, { recursive: true })
  }
  // All of the folder is deployed. Another build may be making the dashboard in a folder of its own at the same time.
  const isOurs = (name: string) => name === WEB || name.startsWith('.web-') || files.some(([own]) => own === name)
  const strangers = (await readdir(folder)).filter((name) => !isOurs(name))
  for (const name of strangers) await rm(join(folder, name), { recursive: true, force: true })
}

/** `node_modules/@aws-sdk/core/…` → `@aws-sdk/core`, `packages/core/src/…` → `packages/core`. */
function packageOf(path: string): string {
  const inside = path.split('node_modules/').at(-1) ?? path
  return inside.split('/', inside.startsWith('@') || inside === path ? 2 : 1).join('/')
}

/** The bundle's bytes, and which packages take them. */
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
