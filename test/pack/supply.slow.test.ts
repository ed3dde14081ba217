import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

/** The supply chain: fixed versions and hashes, any registry, no scripts. */

const ROOT = new URL('../../', import.meta.url)

interface Locked {
  readonly version?: string
  readonly name?: string
  readonly link?: boolean
  readonly resolved?: string
  readonly integrity?: string
  readonly hasInstallScript?: boolean
}

interface Component {
  readonly name: string
  readonly version: string
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[]
}

/** Packages with an install script, and why it is not needed. `.npmrc` disables all of them. */
const UNRUN: Readonly<Record<string, string>> = {
  '@photostructure/sqlite': 'builds what its prebuilt binaries are there for',
  esbuild: 'checks and shortens the way to its binary, which comes as an optional package',
}

const json = async <T>(path: string): Promise<T> => JSON.parse(await readFile(new URL(path, ROOT), 'utf8')) as T

async function lockedPackages(): Promise<(Locked & { name: string; path: string })[]> {
  const { packages } = await json<{ packages: Record<string, Locked> }>('package-lock.json')
  return Object.entries(packages)
    .filter(([path, { link }]) => path.includes('node_modules/') && link !== true)
    .map(([path, locked]) => ({ ...locked, path, name: path.slice(path.lastIndexOf('node_modules/') + 13) }))
}

describe('the installed packages', () => {
  it('are pinned: exact versions, a hash for each package, and no registry address', async () => {
    // The Python package has its own files for pinned versions.
    const folders = (await readdir(new URL('packages', ROOT))).filter((name) => name !== 'python')
    const packages = folders.map((name) => `packages/${name}/package.json`)
    for (const file of ['package.json', ...packages]) {
      const manifest = await json<Record<string, Record<string, string> | undefined>>(file)
      for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
        for (const [name, version] of Object.entries(manifest[kind] ?? {})) {
          expect(version, `${name} in ${file}`).toMatch(/^(npm:[\w@/-]+@)?\d+\.\d+\.\d+$/)
        }
      }
    }
    for (const { path, integrity, resolved } of await lockedPackages()) {
      expect(integrity, path).toMatch(/^sha512-/)
      expect(resolved, path).toBeUndefined()
    }
  })

  it('run no scripts during the installation, and need none', async () => {
    expect(await readFile(new URL('.npmrc', ROOT), 'utf8')).toMatch(/^ignore-scripts=true$/m)
    const scripted = (await lockedPackages()).filter(({ hasInstallScript }) => hasInstallScript === true)
    expect([...new Set(scripted.map(({ name }) => name))].sort()).toEqual(Object.keys(UNRUN).sort())
  })

  it('are all listed by npm run sbom, each with its hash', async () => {
    const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'sbom'], {
      cwd: ROOT,
      maxBuffer: 50_000_000,
    })
    const { bomFormat, components } = JSON.parse(stdout) as { bomFormat: string; components: Component[] }
    expect(bomFormat).toBe('CycloneDX')
    const hashes = new Set(components.flatMap(({ hashes = [] }) => hashes.map(({ content }) => content)))
    const missing = (await lockedPackages()).filter(({ integrity = '' }) => {
      const hash = Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex')
      return !hashes.has(hash)
    })
    expect(missing.map(({ path }) => path)).toEqual([])
  })
})
