import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { read, setting, withSectionsOf } from './page.ts'
import { costPicture, latencyPicture } from './plot.ts'
import { type Figures, markdown, REPORT } from './report.ts'

/**
 * `npm run bench`: runs the quick benches, in less than 6 minutes, and writes their figures and pictures to
 * docs/performance.md. `-- <page>` writes to another file; `-- <page> short` runs each in its shortest form. The sections of
 * `npm run bench:peers` and `npm run bench:size` stay.
 */

const [page = 'docs/performance.md', form = 'full'] = process.argv.slice(2)

interface Part {
  readonly script: string
  readonly title: string
  /** Explains the figures to the reader of the page. */
  readonly about: string
  readonly full: readonly string[]
  readonly short: readonly string[]
  readonly picture?: (figures: Figures) => string
}

const PARTS: readonly Part[] = [
  {
    script: 'serve',
    title: 'Throughput and latency',
    about:
      'A get reads a run with one log; a list and a search have pages of 50 runs; a log has three numbers, indexed or not. ' +
      'The load comes from another process on the same two cores. "SQLite alone" makes the same transactions without HTTP.',
    full: ['3'],
    short: ['0.05', '0'],
    picture: latencyPicture,
  },
  {
    script: 'many',
    title: 'Many logs in one request',
    about: 'Indexed logs of three numbers, sent one by one, then 100 in each request.',
    full: ['10000'],
    short: ['200'],
  },
  {
    script: 'long',
    title: 'A long run',
    about: 'The first read comes after all logs were written; while they were, the server kept a checkpoint.',
    full: ['100000'],
    short: ['300'],
  },
  {
    script: 'transfer',
    title: 'Export and import',
    about:
      '`runmeta export --out` of all runs, and `runmeta import` of that file into an empty server, then once more into the same server.',
    full: ['100000'],
    short: ['200'],
  },
  {
    script: 'slow-disk',
    title: 'Reads beside slow commits',
    about: 'Another process holds SQLite’s write lock for 50 ms before each commit.',
    full: ['5'],
    short: ['0.1'],
  },
  {
    script: 'start',
    title: 'Start',
    about: 'The time from the start of the process until it prints its address, and its memory when idle.',
    full: ['5'],
    short: ['1'],
  },
  {
    script: 'memory',
    title: 'Memory under load',
    about: 'Logs of 4 MiB that do not compress.',
    full: ['8', '10'],
    short: ['1', '1'],
  },
  {
    script: 'cold',
    title: 'Cold start of the function',
    about:
      'Fresh processes that call a local DynamoDB API over loopback. The last column compares with the last bundle on the same Node: AWS’s own client, bundled with esbuild’s defaults.',
    full: ['15'],
    short: ['1'],
  },
  {
    script: 'values',
    title: 'Reading a body',
    about: 'Validation, types, hash and index of a log’s body, compared with `JSON.parse` alone.',
    full: ['25'],
    short: ['1'],
  },
  {
    script: 'search',
    title: 'Searches',
    about: 'Requests, rounds and capacity do not depend on the number of runs.',
    full: ['1000', '10000'],
    short: ['20'],
    picture: costPicture,
  },
]

/** Runs one bench. @returns its tables */
async function run({ script, full, short }: Part): Promise<Figures[]> {
  const folder = await mkdtemp(join(tmpdir(), 'runmeta-bench-'))
  const report = join(folder, 'report')
  const args = form === 'short' ? short : full
  const child = spawn(process.execPath, [...process.execArgv, `bench/${script}.ts`, ...args], {
    env: { ...process.env, [REPORT]: report },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`bench/${script}.ts ended with ${code}`)
  const lines = (await readFile(report, 'utf8')).trim().split('\n')
  await rm(folder, { recursive: true })
  return lines.map((line): Figures => JSON.parse(line))
}

const sections = [
  '# Performance',
  `\`npm run bench\` made this page on ${setting()}. Run it on your machine: it takes less than 6 minutes. Times depend on the machine and its other load, so
no test asserts them. Tests assert what can be counted (requests, capacity, bytes): see [table.md](table.md).`,
]
const pictures = new Map<string, string>()
for (const part of PARTS) {
  const tables = await run(part)
  const [first] = tables
  sections.push(`## ${part.title}`, `${part.about} (\`npm run bench:${part.script}\`)`)
  for (const table of tables) sections.push(`**${table.title}**`, markdown(table))
  if (part.picture === undefined || first === undefined) continue
  const name = `${part.script}.svg`
  pictures.set(name, part.picture(first))
  sections.push(`![${part.title}](pictures/${name})`)
}
await writeFile(page, withSectionsOf(await read(page), `${sections.join('\n\n')}\n`))
await mkdir(join(page, '..', 'pictures'), { recursive: true })
for (const [name, svg] of pictures) await writeFile(join(page, '..', 'pictures', name), svg)
console.log(`\n${page} and its pictures are written`)
