import { execFile } from 'node:child_process'
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { repositoryOf } from './repository.ts'

/** `npm run build:sdk`: builds the folder that is published, with its own manifest. In the workspace the SDK is used from its sources. */

const ROOT = new URL('..', import.meta.url).pathname
const SOURCE = join(ROOT, 'packages/sdk')
const DESTINATION = join(ROOT, 'dist/sdk')

/** The module formats, each with the extensions of its files. */
const FORMATS = [
  { format: 'esm', code: 'js', types: 'd.ts', folder: 'types' },
  { format: 'cjs', code: 'cjs', types: 'd.cts', folder: 'types-cjs' },
] as const

/** The modules that users import, with their sources. */
const ENTRIES = [
  { subpath: '.', name: 'index', source: 'src/index.ts', types: 'index' },
  { subpath: './spool', name: 'spool', source: 'src/spool/spool.ts', types: 'spool/spool' },
] as const

async function declarations(destination: string): Promise<void> {
  const typescript = createRequire(import.meta.url).resolve('typescript/bin/tsc')
  const options = ['--declaration', '--emitDeclarationOnly', '--composite', 'false', '--incremental', 'false']
  const raw = join(destination, 'raw')
  await promisify(execFile)(process.execPath, [typescript, '-p', SOURCE, ...options, '--outDir', raw])
  for (const name of await readdir(raw, { recursive: true })) {
    if (!name.endsWith('.d.ts')) continue
    const text = await readFile(join(raw, name), 'utf8')
    for (const { folder, types, code } of FORMATS) {
      const file = join(destination, folder, name.replace(/d\.ts$/, types))
      await mkdir(join(file, '..'), { recursive: true })
      // The sources import each other as .ts, the published files by their own extension.
      await writeFile(file, text.replaceAll(/(from '\.[^']*|import\('\.[^']*)\.ts'/g, `$1.${code}'`))
    }
  }
  await rm(raw, { recursive: true })
}

async function manifest(): Promise<string> {
  const { name, version, license, description, keywords } = JSON.parse(
    await readFile(join(SOURCE, 'package.json'), 'utf8'),
  )
  const entries = ENTRIES.map((entry) => {
    const [esm, cjs] = FORMATS.map(({ folder, types, code }) => ({
      types: `./${folder}/${entry.types}.${types}`,
      default: `./${entry.name}.${code}`,
    }))
    return [entry.subpath, { import: esm, require: cjs }] as const
  })
  return JSON.stringify(
    {
      name,
      version,
      description,
      keywords,
      license,
      ...repositoryOf(process.env),
      type: 'module',
      sideEffects: false,
      engines: { node: '>=20.16' },
      exports: { ...Object.fromEntries(entries), './package.json': './package.json' },
      main: './index.cjs',
      types: './types-cjs/index.d.cts',
      // For TypeScript's older module resolution, which ignores exports.
      typesVersions: { '*': { spool: ['./types-cjs/spool/spool.d.cts'] } },
    },
    null,
    2,
  )
}

/** Builds the package into a folder, which it empties first. */
export async function buildSdk(destination: string = DESTINATION): Promise<void> {
  await rm(destination, { recursive: true, force: true })
  await mkdir(destination, { recursive: true })
  for (const { format, code } of FORMATS) {
    await build({
      entryPoints: ENTRIES.map((entry) => ({ in: join(SOURCE, entry.source), out: entry.name })),
      outdir: destination,
      outExtension: { '.js': `.${code}` },
      // The other entries must use the classes of the main one.
      external: ['@runmeta/sdk', 'node:*'],
      bundle: true,
      format,
      platform: 'neutral',
      target: 'es2022',
      logLevel: 'warning',
    })
  }
  await declarations(destination)
  await writeFile(join(destination, 'package.json'), `${await manifest()}\n`)
  await cp(join(SOURCE, 'README.md'), join(destination, 'README.md'))
  await cp(join(ROOT, 'LICENSE'), join(destination, 'LICENSE'))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await buildSdk()
