import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { serve } from '@runmeta/local/serve'
import * as sdk from '@runmeta/sdk'
import { SpoolClient } from '@runmeta/sdk/spool'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FAULTS, type FaultRow, isAlways } from '../runtimes/faults.ts'

const ROOT = new URL('../..', import.meta.url).pathname
const README = join(ROOT, 'packages/sdk/README.md')

function shown(row: FaultRow): string {
  const { fault, error, attempts, effect, isWarm, retries } = row
  const what = `${fault}${isWarm ? ` (Node, Bun, Deno, workerd; \`retries: ${retries}\`)` : ''}`
  const requests = row.attemptsInPage === undefined ? `${attempts}` : `${attempts}, in a browser ${row.attemptsInPage}`
  const call = error === undefined ? 'succeeds' : `\`${error}\``
  return `| ${what} | ${isAlways(row) ? 'always' : 'once'} | ${requests} | ${call} | ${effect === 1 ? 'once' : 'no'} |`
}

/** The public methods of a class; `handled` is for subclasses. */
const methodsOf = (prototype: object): string[] =>
  Object.entries(Object.getOwnPropertyDescriptors(prototype)).flatMap(([name, { value }]) =>
    typeof value === 'function' && !/^(?:constructor|toString|handled)$/.test(name) ? [name] : [],
  )

describe("the package's README", () => {
  it('has the table of faults with which the runtimes are tested', async () => {
    const readme = await readFile(README, 'utf8')
    const [, table = ''] = readme.split(/<!-- \/?faults -->\n/)
    expect(table.trim().split('\n').slice(2)).toEqual(FAULTS.map(shown))
  })

  it('has an example of each function and each method', async () => {
    const readme = await readFile(README, 'utf8')
    const code = [...readme.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, text]) => text).join('\n')
    const functions = Object.keys(sdk).filter((name) => /^[a-z]/.test(name))
    const handle = Object.getPrototypeOf(new sdk.Client().run('nightly'))
    const methods = [sdk.Client.prototype, handle, SpoolClient.prototype].flatMap(methodsOf)
    expect(methods.length).toBeGreaterThan(25)
    const isShown = (name: string) => new RegExp(`\\b${name}(?:<.*>)?\\(`).test(code)
    expect([...functions, ...methods].filter((name) => !isShown(name))).toEqual([])
  })

  describe('has runnable TypeScript', () => {
    let folder: string
    let serving: Awaited<ReturnType<typeof serve>>
    const files: string[] = []
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'runmeta-readme-'))
      serving = await serve({ directory: join(folder, 'data'), host: '127.0.0.1', port: 0, tableName: 'runmeta' })
      const readme = await readFile(README, 'utf8')
      for (const [index, [, contents = '']] of [...readme.matchAll(/^```ts\n([\s\S]*?)^```/gm)].entries()) {
        const file = join(folder, `${index}.mjs`)
        await build({
          stdin: { contents, loader: 'ts', resolveDir: ROOT },
          outfile: file,
          bundle: true,
          format: 'esm',
          platform: 'node',
          target: 'node20',
        })
        files.push(file)
      }
    })
    afterAll(async () => {
      await serving.stop()
      await rm(folder, { recursive: true })
    })

    it('which works in order, twice', async () => {
      expect(files.length).toBeGreaterThan(7)
      const main = join(folder, 'main.mjs')
      const imports = files.map((_, index) => `await import('./${index}.mjs')`).join('\n')
      await writeFile(main, `${imports}\nconsole.log('all ran')\n`)
      const env = {
        ...process.env,
        RUNMETA_URL: serving.url,
        RUNMETA_API_KEY: serving.rootKey.key,
        TMPDIR: folder,
      }
      for (const _ of ['first', 'again']) {
        const { stdout } = await promisify(execFile)(process.execPath, [main], { cwd: folder, env })
        expect(stdout).toMatch(/^completed Typed/)
        expect(stdout).toMatch(/\n\[ 'failing-1', 'failing-2' \]\n/)
        expect(stdout).toMatch(/\nall ran\n$/)
      }
    })
  })
})
