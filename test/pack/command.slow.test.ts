import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { get } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { repositoryOf } from '../../scripts/repository.ts'
import { RUNTIMES } from '../runtimes/launch.ts'
import { commandOn, type Installed, installCommand } from './installed.ts'

const ROOT = new URL('../..', import.meta.url).pathname
const NODES = RUNTIMES.filter(({ name }) => name.startsWith('node '))

/** The reply of a page. Not with `fetch`, which in tests checks every reply against the OpenAPI document. */
async function got(url: string) {
  const [reply] = await once(get(url), 'response')
  const text = Buffer.concat(await reply.toArray()).toString()
  return { status: reply.statusCode, type: reply.headers['content-type'], text }
}

let installed: Installed
beforeAll(async () => {
  installed = await installCommand()
})
afterAll(() => installed.remove())

const filesOf = async () =>
  (await readdir(installed.folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

describe('the packed command', () => {
  it('contains what it needs to run, and no sources, tests or source maps', async () => {
    const files = (await filesOf()).map((file) => file.slice(installed.folder.length + 1))
    expect(files.filter((file) => !file.startsWith('dist/')).sort()).toEqual(['LICENSE', 'README.md', 'package.json'])
    expect(files).toEqual(
      expect.arrayContaining(['dist/main.mjs', 'dist/writer.mjs', 'dist/openapi.json', 'dist/web/index.html']),
    )
    expect(files.filter((file) => /\.(?:map|tsx?)$|\.test\.|(?:^|\/)tests?\//.test(file))).toEqual([])
  })

  it('contains no path of the machine that built it', async () => {
    const texts = await Promise.all((await filesOf()).map(async (file) => [file, await readFile(file, 'latin1')]))
    expect(texts.filter(([, text]) => text?.includes(ROOT)).map(([file]) => file)).toEqual([])
    expect(texts.filter(([, text]) => text?.includes('sourceMappingURL')).map(([file]) => file)).toEqual([])
  })

  it('depends only on what cannot be bundled', async () => {
    const manifest = JSON.parse(await readFile(join(installed.folder, 'package.json'), 'utf8'))
    expect(manifest).toMatchObject({ name: 'runmeta', license: 'Apache-2.0', bin: { runmeta: 'dist/main.mjs' } })
    expect(Object.keys(manifest.dependencies)).toEqual(['@photostructure/sqlite'])
    expect(manifest).not.toHaveProperty('scripts')
    expect(manifest).not.toHaveProperty('devDependencies')
    // Together with the two dependencies of the database.
    const modules = (await readdir(installed.modules)).filter((name) => !name.startsWith('.'))
    expect(modules).toEqual(['@photostructure', 'node-addon-api', 'node-gyp-build', 'runmeta'])
    expect(await readdir(join(installed.modules, '.bin'))).toContain('runmeta')
  })

  it('names its repository, if it is known', () => {
    expect(repositoryOf({ GITHUB_REPOSITORY: 'owner/name' })).toEqual({
      repository: { type: 'git', url: 'git+https://github.com/owner/name.git' },
    })
    expect(repositoryOf({})).toEqual({})
  })

  it('cannot be packed from its sources, which would not run', async () => {
    const packed = promisify(execFile)('npm', ['pack', '--dry-run', '--ignore-scripts=false'], {
      cwd: join(ROOT, 'packages/cli'),
    })
    await expect(packed).rejects.toThrow(/npm run pack in the root/)
  })

  it('passes publint', async () => {
    const { messages, pkg } = await publint({ pkgDir: installed.built, strict: true })
    expect(messages.map((message) => formatMessage(message, pkg ?? {}))).toEqual([])
  })
})

describe.each(NODES.map((node) => [node.name, node] as const))('the installed command on %s', (name, { find }) => {
  const node = find()
  it('serves the dashboard, writes, reads, exports, and returns its exit codes', async (context) => {
    if (node === undefined) return context.skip(`${name} cannot run on this machine`)
    const { home, run, start, stop, remove } = await commandOn(node, installed)
    try {
      expect(await run('list')).toMatchObject({ code: 6, stderr: expect.stringContaining('runmeta start') })
      const url = await start()
      const page = await got(`${url}/`)
      expect(page).toMatchObject({ status: 200, type: 'text/html; charset=utf-8' })
      const [script] = /assets\/main-[^"]+\.js/.exec(page.text) ?? []
      expect(await got(`${url}/${script}`)).toMatchObject({ status: 200, type: expect.stringContaining('javascript') })

      expect(await run('create', '--name', 'iris-1', '--pipeline', 'iris')).toMatchObject({ code: 0, stderr: '' })
      expect(await run('log', 'iris-1', 'accuracy=0.970', 'big=1e400')).toMatchObject({ code: 0, stderr: '' })
      expect(await run('get', 'iris-1', '/accuracy')).toEqual({ code: 0, stdout: '0.970\n', stderr: '' })
      const listed = await run('list', '--where', '/accuracy > 0.9')
      expect(JSON.parse(listed.stdout)).toMatchObject({ name: 'iris-1', pipeline: 'iris', status: 'running' })
      expect(await run('export', '--out', 'runs.jsonl')).toMatchObject({ code: 0 })
      expect(await readFile(join(home, 'runs.jsonl'), 'utf8')).toContain('"metadata":{"accuracy":0.970,"big":1e400}')

      expect(await run('get', '--nothing')).toMatchObject({ code: 2, stdout: '' })
      expect(await run('get', 'missing')).toMatchObject({ code: 3, stdout: '' })
      expect(await run('list', '--key', 'rmk_a_b')).toMatchObject({ code: 5, stdout: '' })
      expect(await stop()).toBe(0)
      expect(await run('list')).toMatchObject({ code: 6, stdout: '' })
    } finally {
      await remove()
    }
  })
})
