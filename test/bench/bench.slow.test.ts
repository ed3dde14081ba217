import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'

/** Every bench in its shortest form: that it runs and gives figures, not what they are. */

/** What the benches share, the one that runs the others, and `peers`, which needs other products installed. */
const SHARED = ['bare', 'main', 'measure', 'page', 'peers', 'plot', 'report', 'server']

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runmeta-bench-'))
})
afterAll(() => rm(folder, { recursive: true }))

const bench = (script: string, ...args: string[]) =>
  promisify(execFile)(process.execPath, ['--import', 'tsx', `bench/${script}.ts`, ...args])

it('bench writes a page with the figures of every bench but that of the dashboard, and its pictures', async () => {
  const page = join(folder, 'performance.md')
  await bench('main', page, 'short')
  const text = await readFile(page, 'utf8')
  const scripts = (await readdir('bench')).map((name) => name.replace(/\.ts$/, ''))
  for (const script of scripts) {
    if (SHARED.includes(script) || script === 'web') continue
    const [, section = ''] = text.split(`\`npm run bench:${script}\``)
    const figures = section.split('\n## ')[0]?.match(/^\|.*\d.*\|$/gm)
    expect(figures, script).not.toBeNull()
  }
  expect(text).not.toMatch(/NaN|undefined/)
  const pictures = [...text.matchAll(/\]\((pictures\/.*?)\)/g)].map(([, path = '']) => path)
  expect(pictures).toHaveLength(2)
  for (const path of pictures) expect(await readFile(join(folder, path), 'utf8')).toMatch(/^<svg .*<path /s)
})

it('bench:web prints its figures', async () => {
  const { stdout } = await bench('web', '20')
  expect(stdout).toMatch(/\d/)
  expect(stdout).not.toMatch(/NaN|undefined/)
})
