import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'

/** Every bench runs in its shortest form and prints figures, which are not checked. */

/** Shared code, the bench that runs the others, and `peers`, which needs other products. */
const SHARED = ['bare', 'main', 'measure', 'page', 'peers', 'plot', 'report', 'section', 'server']
/** Benches with their own page, or without one. Each has a test below, except `cost`, which has test/bench/cost.test.ts. */
const APART = ['cost', 'scale', 'size', 'warm', 'web']

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runmeta-bench-'))
})
afterAll(() => rm(folder, { recursive: true }))

const bench = (script: string, ...args: string[]) =>
  promisify(execFile)(process.execPath, ['--import', 'tsx', `bench/${script}.ts`, ...args])

it('bench writes a page with the figures of all benches without their own page, and the pictures', async () => {
  const page = join(folder, 'performance.md')
  await bench('main', page, 'short')
  const text = await readFile(page, 'utf8')
  const scripts = (await readdir('bench'))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => name.replace(/\.ts$/, ''))
  for (const script of scripts) {
    if ([...SHARED, ...APART].includes(script)) continue
    const [, section = ''] = text.split(`\`npm run bench:${script}\``)
    const figures = section.split('\n## ')[0]?.match(/^\|.*\d.*\|$/gm)
    expect(figures, script).not.toBeNull()
  }
  expect(text).not.toMatch(/NaN|undefined/)
  const pictures = [...text.matchAll(/\]\((pictures\/.*?)\)/g)].map(([, path = '']) => path)
  expect(pictures).toHaveLength(2)
  for (const path of pictures) expect(await readFile(join(folder, path), 'utf8')).toMatch(/^<svg .*<path /s)
})

it.each([
  ['web', ['20']],
  ['warm', ['20']],
])('bench:%s prints its figures', async (script, args) => {
  const { stdout } = await bench(script, ...args)
  expect(stdout).toMatch(/\d/)
  expect(stdout).not.toMatch(/NaN|undefined/)
})

it('bench:size writes only its section of a page', async () => {
  const page = join(folder, 'size.md')
  await writeFile(page, '# Before\n')
  await bench('size', '1100', '1100', '--write', page)
  const text = await readFile(page, 'utf8')
  expect(text).toMatch(/^# Before\n\n<!-- npm run bench:size -->/)
  expect(text).toContain('No call needs more calls of the table port than among 1,000 runs.')
  expect(text).not.toMatch(/NaN|undefined/)
})

it('bench:scale replaces only its section of a page', async () => {
  const page = join(folder, 'scale.md')
  const [begin, end] = ['<!-- npm run bench:scale -->', '<!-- end of npm run bench:scale -->']
  await writeFile(page, `# Before\n\n${begin}\nold\n${end}\n\nafter\n`)
  await bench('scale', page, 'short')
  const text = await readFile(page, 'utf8')
  expect(text).toMatch(/^# Before\n\n<!--[\s\S]*-->\n\nafter\n$/)
  expect(text.match(/^\*\*.+\*\*$/gm)).toHaveLength(8)
  expect(text).not.toMatch(/NaN|undefined|\bold\b/)
  // Each assumption names its source.
  const [, assumptions = ''] = text.split('**What the model assumes**')
  for (const row of assumptions.match(/^\|.*\d.*\|$/gm) ?? [])
    expect(row).toMatch(/https:|assumed|AWS says|core\/|infra|bench:warm/)
})
