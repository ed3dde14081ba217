import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BUDGET, type Bundle, bundle, PAGE, summary } from '../../scripts/bundle.ts'

/** In bytes. Find the cause before you raise it. */
const TOLERANCE = 10_000

describe('the bundle', () => {
  let root = ''
  let made: Bundle
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'runmeta-size-'))
    made = await bundle(join(root, 'lambda'))
  })
  afterAll(() => rm(root, { recursive: true }))

  it('is within its budget', () => {
    process.stdout.write(`${summary(made)}\n`)
    expect(made.code.length).toBeLessThanOrEqual(BUDGET)
  })

  it('is about as large as docs/bundle.md says', async () => {
    const [, bytes] = /^lambda\.mjs: (\d+) bytes/m.exec(await readFile(PAGE, 'utf8')) ?? []
    expect(Math.abs(made.code.length - Number(bytes)), 'npm run bundle -- --docs').toBeLessThan(TOLERANCE)
  })

  it.each([
    ['the making of the OpenAPI document', /^packages\/(api\/src\/openapi\/|schema\/src\/reply)/],
    ['zod other than its mini build', /\/zod\/(v3\/|v4\/classic\/|index)/],
    ['languages of zod', /\/zod\/.*\/locales\//],
    ['AWS’s client', /@aws-sdk\//],
    ['CommonJS of the SDK, which nothing shakes', /\/dist-cjs\//],
  ])('does not contain %s', (_, pattern) => {
    expect([...made.modules.keys()].filter((path) => pattern.test(path))).toEqual([])
  })

  it('needs only Node’s own modules', () => {
    expect(made.imports.filter((path) => !path.startsWith('node:'))).toEqual([])
    expect(Buffer.from(made.code).toString()).not.toContain('Dynamic require of')
  })

  it('has the same bytes in each build, even if two builds run at once in a folder with other files', async () => {
    const folder = join(root, 'again')
    await mkdir(folder)
    await writeFile(join(folder, 'stray.txt'), 'from an earlier version')
    await Promise.all([bundle(folder), bundle(folder)])
    expect((await readdir(folder)).sort()).toEqual(['lambda.mjs', 'openapi.json', 'reindex.mjs', 'sweeper.mjs', 'web'])
    expect(await readFile(join(folder, 'lambda.mjs'))).toEqual(Buffer.from(made.code))
    expect((await readdir(root)).sort()).toEqual(['again', 'lambda'])
  })
})
