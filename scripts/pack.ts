import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { buildCommand } from './command.ts'
import { repositoryOf } from './repository.ts'
import { buildSdk } from './sdk.ts'

/** `npm run pack`: makes the tarballs of both packages, `runmeta-sdk-<version>.tgz` and `runmeta-<version>.tgz`, in the root. */

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** What cannot be bundled: it finds its binary beside its own files. */
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

/** Makes both tarballs. @returns their paths, the SDK's first */
export async function packAll(destination: string = ROOT): Promise<[sdk: string, command: string]> {
  const folders = { sdk: join(ROOT, 'dist/sdk'), command: join(ROOT, 'dist/runmeta') }
  await mkdir(destination, { recursive: true })
  await Promise.all([buildSdk(folders.sdk), buildCommandPackage(folders.command)])
  return [await pack(folders.sdk, destination), await pack(folders.command, destination)]
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.stdout.write(`${(await packAll()).join('\n')}\n`)
}
