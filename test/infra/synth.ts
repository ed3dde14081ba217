import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import type { Evaluation, Stack, Task } from './stack.ts'

/** Evaluates sst.config.ts with SST's own components and Pulumi's mocks, without AWS. */

const PROJECT = fileURLToPath(new URL('../..', import.meta.url))
const ROOT_KEY = 'a-root-key-that-no-output-may-show'
const SIGNING_KEY = 'a-signing-key-that-no-output-may-show'

/** A deliberate fault: a replaced text in one file. */
export interface Change {
  readonly file: string
  readonly from: string
  readonly to: string
}

interface SynthOptions {
  readonly stage: string
  readonly env?: Readonly<Record<string, string>>
  readonly changes?: readonly Change[]
  /** A folder with the functions' code, which is copied. @default a new build */
  readonly code?: string
}

/** A copy of the deployed sources, with its own platform folder for the files of an evaluation. */
async function copyProject(changes: readonly Change[], code: string | undefined): Promise<string> {
  const root = await mkdtemp(join(await realpath(tmpdir()), 'runmeta-infra-'))
  const platform = join(PROJECT, '.sst', 'platform')
  await mkdir(join(root, '.sst', 'platform'), { recursive: true })
  for (const name of await readdir(platform)) await symlink(join(platform, name), join(root, '.sst', 'platform', name))
  await symlink(join(PROJECT, 'node_modules'), join(root, 'node_modules'))
  for (const name of ['package.json', 'sst.config.ts', 'infra'])
    await cp(join(PROJECT, name), join(root, name), { recursive: true })
  await mkdir(join(root, 'scripts'))
  const script =
    code === undefined
      ? `import { bundle } from ${JSON.stringify(join(PROJECT, 'scripts', 'bundle.ts'))}\nawait bundle('dist/lambda')\n`
      : `import { cpSync } from 'node:fs'\ncpSync(${JSON.stringify(code)}, 'dist/lambda', { recursive: true })\n`
  await writeFile(join(root, 'scripts', 'bundle.ts'), script)
  for (const { file, from, to } of changes) {
    const source = await readFile(join(root, file), 'utf8')
    if (source.split(from).length !== 2) throw new Error(`${file} has ${JSON.stringify(from)} not exactly once`)
    await writeFile(
      join(root, file),
      source.replace(from, () => to),
    )
  }
  return root
}

/** Packages with their own files or shared state, which SST's command line does not bundle either. */
const EXTERNAL = [
  '@pulumi/*',
  '@pulumiverse/*',
  '@aws-sdk/*',
  '@sst-provider/*',
  'archiver',
  'esbuild',
  'glob',
  'undici',
]
const MORE_EXTERNAL = ['prettier', 'typescript', 'vite']

/** Names that Node defines only in CommonJS, and some packages expect. */
const BANNER = `
import { createRequire as requireFrom } from 'node:module'
import { dirname as folderOf } from 'node:path'
import { fileURLToPath as pathTo } from 'node:url'
const require = requireFrom(import.meta.url), __filename = pathTo(import.meta.url), __dirname = folderOf(__filename)
`

/** The imports that SST's command line adds to each file of the configuration, where `sst` and the providers are global. */
async function globals(root: string): Promise<Plugin> {
  const platform = join(root, '.sst', 'platform')
  const lock: { alias: string; package: string }[] = JSON.parse(
    await readFile(join(PROJECT, '.sst', 'provider-lock.json'), 'utf8'),
  )
  const lines = [
    ...lock.map((provider) => `import * as ${provider.alias} from '${provider.package}'`),
    `import * as sst from ${JSON.stringify(join(platform, 'src', 'components'))}`,
  ].join('\n')
  return {
    name: 'globals',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (!path.startsWith(join(root, 'infra')) && path !== join(root, 'sst.config.ts')) return undefined
        return { contents: `${lines}\n${await readFile(path, 'utf8')}`, loader: 'ts' }
      })
    },
  }
}

async function bundle(root: string): Promise<void> {
  const platform = join(root, '.sst', 'platform')
  const config = `import config from ${JSON.stringify(join(root, 'sst.config.ts'))}`
  const run = `import { run } from ${JSON.stringify(join(platform, 'src', 'auto', 'run.ts'))}`
  const common: BuildOptions = { bundle: true, format: 'esm', platform: 'node', logLevel: 'silent' }
  const module = (contents: string) => ({ contents, resolveDir: root, loader: 'ts' as const })
  await Promise.all([
    build({
      ...common,
      stdin: module(`${config}\nexport default config.app`),
      define: { $config: 'Object' },
      outfile: join(platform, 'app.mjs'),
    }),
    build({
      ...common,
      stdin: module(`${config}\n${run}\nexport const start = () => run(config.run)`),
      define: { $app: 'globalThis.$app', $cli: 'globalThis.$cli', $dev: 'false' },
      inject: [join(platform, 'src', 'shim', 'run.js')],
      mainFields: ['module', 'main'],
      banner: { js: BANNER },
      external: [...EXTERNAL, ...MORE_EXTERNAL],
      nodePaths: [join(platform, 'node_modules')],
      plugins: [await globals(root)],
      outfile: join(platform, 'program.mjs'),
    }),
    build({
      ...common,
      entryPoints: [fileURLToPath(new URL('evaluate.ts', import.meta.url))],
      outfile: join(platform, 'evaluate.mjs'),
    }),
  ])
}

async function evaluation(task: Task, env: Readonly<Record<string, string>>): Promise<Evaluation> {
  const { PATH = '', HOME = '' } = process.env
  const result = join(task.root, 'evaluation.json')
  const program = join(task.root, '.sst', 'platform', 'evaluate.mjs')
  await promisify(execFile)(process.execPath, ['--no-deprecation', program, JSON.stringify(task), result], {
    env: { PATH, HOME, ...env },
    timeout: 60_000,
  })
  return JSON.parse(await readFile(result, 'utf8'))
}

async function deployed(root: string): Promise<Stack['deployed']> {
  const folder = join(root, 'dist', 'lambda')
  const files = (await readdir(folder)).sort()
  const entryPoints = files.filter((name) => name.endsWith('.mjs')).map((name) => join(folder, name))
  const { metafile } = await build({ entryPoints, outdir: root, format: 'esm', write: false, metafile: true })
  const exports = Object.values(metafile.outputs).flatMap(({ entryPoint = '', exports }) =>
    exports.map(
      (name) =>
        `${entryPoint
          .split('/')
          .at(-1)
          ?.replace(/\.mjs$/, '')}.${name}`,
    ),
  )
  return { files, exports }
}

export async function synth({ stage, env = {}, changes = [], code }: SynthOptions): Promise<Stack> {
  const root = await copyProject(changes, code)
  try {
    await bundle(root)
    const evaluated = await evaluation({ root, stage, secrets: { RootKey: ROOT_KEY, SigningKey: SIGNING_KEY } }, env)
    return { ...evaluated, stage, rootKey: ROOT_KEY, signingKey: SIGNING_KEY, deployed: await deployed(root) }
  } finally {
    await rm(root, { recursive: true })
  }
}
