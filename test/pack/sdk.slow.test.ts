import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packSdk } from '../../scripts/pack.ts'

const run = promisify(execFile)
const require = createRequire(import.meta.url)
const TYPESCRIPT = require.resolve('typescript/bin/tsc')
const ATTW = join(dirname(require.resolve('@arethetypeswrong/cli/package.json')), 'dist/index.js')

/** A user's code with the package, in each module format. */
const USE = `
const log = new Client({ url: process.env.URL, apiKey: 'a-key' }).run('iris').logMetadata({
  metadata: { dataset: uri('s3://b/k'), big: 2n ** 64n },
  idempotencyKey: 'once',
})
log.then((receipt) => console.log(receipt.log.id), (error) => { console.error(error); process.exit(1) })
`
const TYPED = `
import { AmbiguousRunError, Client, logMetadata, step, storageSize } from '@runmeta/sdk'
export const train = step('train', async (rows: number[]) => {
  const receipt = await logMetadata({ metadata: { rows, size: storageSize(1) } })
  return receipt?.log.position
})
export const read = async (): Promise<unknown> => (await new Client({ onError: 'warn' }).getPipelineRun('x')).runMetadata['a']
export const more = (error: unknown): boolean => error instanceof AmbiguousRunError && error.more
// @ts-expect-error the types refuse this
train('rows')
`

/** A bare project with only the packed package. */
describe('the packed SDK', () => {
  let folder: string
  let tarball: string
  const project = () => join(folder, 'project')
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'runmeta-pack-'))
    tarball = await packSdk(folder)
    await mkdir(project())
    await writeFile(join(project(), 'package.json'), '{"name":"bare","version":"1.0.0","private":true}')
    await run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], { cwd: project() })
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('installs without dependencies', async () => {
    const modules = await readdir(join(project(), 'node_modules'))
    expect(modules.filter((name) => !name.startsWith('.'))).toEqual(['@runmeta'])
  })

  it('passes publint', async () => {
    const { messages, pkg } = await publint({ pkgDir: join(folder, 'sdk'), strict: true })
    expect(messages.map((message) => formatMessage(message, pkg ?? {}))).toEqual([])
  })

  it('has types that resolve like its code for every kind of import', async () => {
    const { stdout } = await run(process.execPath, [ATTW, tarball, '--format', 'json']).catch(
      (error: { stdout: string }) => error,
    )
    const { analysis, problems } = JSON.parse(stdout)
    expect({ problems: problems ?? {}, found: analysis.problems }).toEqual({ problems: {}, found: [] })
  })

  describe('runs', () => {
    const bodies: string[] = []
    const server = createServer((request, reply) => {
      request.setEncoding('utf8').on('data', (chunk) => bodies.push(chunk))
      request.on('end', () => {
        reply.setHeader('content-type', 'application/json')
        reply.end('{"run":{"id":"1","name":"iris"},"log":{"id":"the-log","createdAt":"now","position":"0"}}')
      })
    })
    beforeAll(async () => {
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
    })
    afterAll(() => server.close())

    it.each([
      ['ESM', 'use.mjs', `import { Client, uri } from '@runmeta/sdk'${USE}`],
      ['CommonJS', 'use.cjs', `const { Client, uri } = require('@runmeta/sdk')${USE}`],
    ])('as %s', async (_, file, code) => {
      await writeFile(join(project(), file), code)
      const { port } = server.address() as AddressInfo
      const { stdout } = await run(process.execPath, [file], {
        cwd: project(),
        env: { URL: `http://127.0.0.1:${port}` },
      })
      expect(stdout.trim()).toBe('the-log')
      expect(bodies.join('')).toContain('"big":18446744073709551616')
      bodies.splice(0)
    })
  })

  it.each([
    ['nodenext', 'use.mts', 'nodenext'],
    ['nodenext', 'use.cts', 'nodenext'],
    ['bundler', 'use.ts', 'esnext'],
  ])('has types for a project of %s (%s) without other types', async (resolution, file, module) => {
    await writeFile(join(project(), file), TYPED)
    const options = ['--strict', '--noEmit', '--skipLibCheck', 'false', '--lib', 'es2022,dom', '--target', 'es2022']
    const where = ['--module', module, '--moduleResolution', resolution]
    const { stdout } = await run(process.execPath, [TYPESCRIPT, ...options, ...where, file], { cwd: project() }).catch(
      (error: { stdout: string }) => error,
    )
    expect(stdout).toBe('')
  })

  it('has a spool, with the same classes as the main entry', async () => {
    const code = `
      import { InvalidValueError } from '@runmeta/sdk'
      import { SpoolClient } from '@runmeta/sdk/spool'
      const client = new SpoolClient({ url: 'http://127.0.0.1:9', apiKey: 'k', retries: 0, directory: process.argv[2] })
      await client.run('r').logMetadata({ metadata: { a: 1 } })
      const refused = await client.run('r').logMetadata({ metadata: { a: NaN } }).catch((error) => error)
      console.log(await client.pending(), refused instanceof InvalidValueError)`
    await writeFile(join(project(), 'spool.mjs'), code)
    const { stdout } = await run(process.execPath, ['spool.mjs', join(folder, 'spool')], { cwd: project() })
    expect(stdout.trim()).toBe('1 true')
  })

  it('cannot be packed from its sources, which would not load', async () => {
    const cwd = new URL('../../packages/sdk', import.meta.url).pathname
    // The scripts of a package do not run if `ignore-scripts` is set.
    const packed = run('npm', ['pack', '--dry-run', '--ignore-scripts=false'], { cwd })
    await expect(packed).rejects.toThrow(/npm run pack in the root/)
  })

  it('states its version and its licence', async () => {
    const manifest = JSON.parse(await readFile(join(project(), 'node_modules/@runmeta/sdk/package.json'), 'utf8'))
    expect(manifest).toMatchObject({ name: '@runmeta/sdk', license: 'Apache-2.0', sideEffects: false })
    expect(manifest.keywords).toEqual(expect.arrayContaining(['metadata', 'pipeline']))
    expect(manifest.description).not.toBe('')
    expect(manifest).not.toHaveProperty('dependencies')
    expect(await readdir(join(project(), 'node_modules/@runmeta/sdk'))).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md']),
    )
  })
})
