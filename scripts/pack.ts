import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { buildCommand } from './command.ts'
import { repositoryOf } from './repository.ts'
import { buildSdk } from './sdk.ts'

/** `npm run pack`: packs both packages into the root folder: `runmeta-sdk-<version>.tgz` and `runmeta-<version>.tgz`. */

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** It cannot be bundled, because it finds its binary beside its own files. */
const EXTERNAL = '@photostructure/sqlite'

async function manifest(): Promise<string> {
  const { version, license, dependencies } = JSON.parse(await readFile(join(ROOT, 'packages/cli/package.json'), 'utf8'))
  return JSON.stringify(
    {
      name: 'runmeta',
      version,
      description: 'Metadata for the runs of your pipelines: a server, a dashboard and a command.',
      license,
      ...repositoryOf(process.env),
      type: 'module',
      engines: { node: '>=20.16' },
      bin: { runmeta: 'dist/main.mjs' },
      exports: { './package.json': './package.json' },
      files: ['dist'],
      dependencies: { [EXTERNAL]: dependencies[EXTERNAL] },
    },
    null,
    2,
  )
}

/** Builds the package `runmeta` into a folder, which it empties first. */
export async function buildCommandPackage(destination: string): Promise<void> {
  await rm(destination, { recursive: true, force: true })
  await mkdir(destination, { recursive: true })
  await buildCommand(join(destination, 'dist'))
  await writeFile(join(destination, 'package.json'), `${await manifest()}\n`)
  await cp(join(ROOT, 'packages/cli/README.md'), join(destination, 'README.md'))
  await cp(join(ROOT, 'LICENSE'), join(destination, 'LICENSE'))
}

/** Packs a built folder. @returns the path of the tarball */
export async function pack(built: string, destination: string): Promise<string> {
  const { stdout } = await promisify(execFile)('npm', ['pack', '--json', '--pack-destination', destination], {
    cwd: built,
  })
  const [{ filename }] = JSON.parse(stdout)
  return join(destination, filename)
}

/** Builds the SDK in a folder and packs it there. @returns the tarball's path */
export async function packSdk(folder: string): Promise<string> {
  const built = join(folder, 'sdk')
  await buildSdk(built)
  return await pack(built, folder)
}

/** Makes both tarballs. @returns their paths, the SDK's first */
async function packAll(): Promise<string[]> {
  const folders = { sdk: join(ROOT, 'dist/sdk'), command: join(ROOT, 'dist/runmeta') }
  await Promise.all([buildSdk(folders.sdk), buildCommandPackage(folders.command)])
  return [await pack(folders.sdk, ROOT), await pack(folders.command, ROOT)]
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.stdout.write(`${(await packAll()).join('\n')}\n`)
}
