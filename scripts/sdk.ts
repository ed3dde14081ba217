import { execFile } from 'node:child_process'
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'

/** `npm run build:sdk`: makes the folder that is published, with a manifest of its own. In the workspace the SDK is its sources. */

const ROOT = new URL('..', import.meta.url).pathname
const SOURCE = join(ROOT, 'packages/sdk')
const DESTINATION = join(ROOT, 'dist/sdk')

/** One module format: how it is bundled, and what its files end in. */
const FORMATS = [
  { format: 'esm', code: 'js', types: 'd.ts', folder: 'types' },
  { format: 'cjs', code: 'cjs', types: 'd.cts', folder: 'types-cjs' },
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
      // The sources import each other as .ts; what is published is imported as what it is.
      await writeFile(file, text.replaceAll(/(from '\.[^']*|import\('\.[^']*)\.ts'/g, `$1.${code}'`))
    }
  }
  await rm(raw, { recursive: true })
}

async function manifest(): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(join(SOURCE, 'package.json'), 'utf8'))
  const [esm, cjs] = FORMATS.map(({ folder, types, code }) => ({
    types: `./${folder}/index.${types}`,
    default: `./index.${code}`,
  }))
  return JSON.stringify(
    {
      name,
      version,
      description: 'Metadata for the runs of your pipelines: log it from a step, read it back by id, name or prefix.',
      license,
      type: 'module',
      sideEffects: false,
      engines: { node: '>=20.16' },
      exports: { '.': { import: esm, require: cjs }, './package.json': './package.json' },
      main: './index.cjs',
      types: './types-cjs/index.d.cts',
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
      entryPoints: [join(SOURCE, 'src/index.ts')],
      outfile: join(destination, `index.${code}`),
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
