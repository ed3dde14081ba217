import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildServer } from '../scripts/server.ts'

/** Every bench in its shortest form: that it runs and prints figures, not what they are. */

/** Arguments of each script. */
const SHORT: Readonly<Record<string, readonly string[]>> = {
  cold: ['1'],
  long: ['300'],
  many: ['200'],
  memory: ['1', '1'],
  search: ['20'],
  serve: ['0.05', '0'],
  'slow-disk': ['0.1'],
  start: ['1'],
  values: ['1'],
  web: ['20'],
}
/** What the benches share. */
const SHARED = ['bare', 'server']

beforeAll(async () => void (await buildServer()))

it('is every script of bench/', async () => {
  const scripts = (await readdir('bench')).map((name) => name.replace(/\.ts$/, ''))
  expect(scripts.sort()).toEqual([...Object.keys(SHORT), ...SHARED].sort())
})

describe.each(Object.entries(SHORT))('bench:%s', (name, args) => {
  it('prints its figures', async () => {
    const run = promisify(execFile)(process.execPath, ['--import', 'tsx', `bench/${name}.ts`, ...args])
    const { stdout } = await run
    const rows = stdout.split('\n').filter((line) => /\d/.test(line))
    expect(rows).not.toEqual([])
    expect(stdout).not.toMatch(/NaN|undefined/)
  })
})
