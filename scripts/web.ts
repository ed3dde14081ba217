import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { type BuildOptions, build, type Plugin } from 'esbuild'

/** `npm run web:build`: the dashboard as it is served, in packages/local/dist/web: a page, and files with a hash of their content in their names. */

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SOURCE = join(ROOT, 'packages/web')

export const WEB_FOLDER = join(ROOT, 'packages/local/dist/web')

/** Bytes of JavaScript, compressed with gzip. */
export const WEB_BUDGET = { beforeFirstRun: 70_000, later: 70_000 } as const

/** uPlot formats numbers by the browser's language at once, and fails where that is none of Intl's, as in a POSIX locale. */
const plainLanguage: Plugin = {
  name: 'plain-language',
  setup({ onLoad }) {
    onLoad({ filter: /uPlot\.esm\.js$/ }, async ({ path }) => {
      const code = await readFile(path, 'utf8')
      const contents = code.replace('nav.language', "'en'")
      if (contents === code) throw new Error('uPlot reads no language any more: this plugin can go')
      return { contents, loader: 'js' }
    })
  },
}

const SETTINGS = {
  absWorkingDir: ROOT,
  entryPoints: { main: 'packages/web/src/main.tsx', style: 'packages/web/src/style/main.css' },
  outdir: 'assets',
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  target: ['es2022', 'chrome111', 'firefox114', 'safari16.4'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'none',
  metafile: true,
  write: false,
} as const satisfies BuildOptions

export interface WebFile {
  readonly name: string
  readonly content: Uint8Array
  /** Bytes, as gzip makes of it. */
  readonly compressed: number
  /** Whether it is loaded with the page, not when it is first needed. */
  readonly isFirst: boolean
}

type Named = readonly [name: string, content: Uint8Array]

const hashOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex').slice(0, 8)

async function packed(name: string, content: Uint8Array): Promise<readonly [br: Named, gz: Named]> {
  // Higher qualities take most of a second for one part in a hundred.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: content.length }
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(content, { params }),
    promisify(gzip)(content, { level: 9 }),
  ])
  return [
    [`${name}.br`, br],
    [`${name}.gz`, gz],
  ]
}

/** Builds the dashboard into a folder, where another process may be doing the same. */
export async function buildWeb(folder: string = WEB_FOLDER): Promise<readonly WebFile[]> {
  const [{ outputFiles, metafile }, page, icon] = await Promise.all([
    build({ ...SETTINGS, plugins: [plainLanguage] }),
    readFile(join(SOURCE, 'index.html'), 'utf8'),
    readFile(join(SOURCE, 'icon.svg')),
  ])
  const made: Named[] = outputFiles.map(({ path, contents }) => [basename(path), contents])
  made.push([`icon-${hashOf(icon)}.svg`, icon])
  const nameOf = (stem: string): string => {
    const found = made.find(([name]) => name.startsWith(`${stem}-`))
    if (found === undefined) throw new Error(`the build made no ${stem}`)
    return found[0]
  }
  // What main imports at once is asked for at once, not when main was read.
  const first = firstOf(metafile.outputs, nameOf('main'))
  const preloads = first.slice(1).map((name) => `<link rel="modulepreload" href="assets/${name}">`)
  const html = page
    .replaceAll(/%(main|style|icon)%/g, (_, stem: string) => `assets/${nameOf(stem)}`)
    .replace('%preloads%', preloads.join(''))
  const all = await Promise.all(
    made.map(async ([name, content]) => ({ name, content, forms: await packed(name, content) })),
  )
  const files = all.map(({ name, content, forms: [, [, gz]] }): WebFile => {
    return { name, content, compressed: gz.length, isFirst: first.includes(name) || !name.endsWith('.js') }
  })
  // The page comes last: it names the others.
  await write(folder, [
    ...all.flatMap(({ name, content, forms }): Named[] => [[name, content], ...forms]),
    ['index.html', new TextEncoder().encode(html)],
  ])
  return files
}

type Outputs = Readonly<
  Record<string, { readonly imports: readonly { readonly path: string; readonly kind: string }[] }>
>

/** A file and all that it imports without waiting for anything. */
function firstOf(outputs: Outputs, entry: string): string[] {
  const names = new Set([entry])
  for (const name of names) {
    const output = Object.entries(outputs).find(([path]) => basename(path) === name)?.[1]
    for (const { path, kind } of output?.imports ?? []) if (kind === 'import-statement') names.add(basename(path))
  }
  return [...names]
}

/** Puts whole files in place, and takes away those of the build before. */
async function write(folder: string, files: readonly Named[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  const making = await mkdtemp(join(dirname(folder), '.web-'))
  try {
    for (const [name, content] of files) {
      await writeFile(join(making, name), content)
      await rename(join(making, name), join(folder, name))
    }
  } finally {
    await rm(making, { recursive: true })
  }
  const strangers = (await readdir(folder)).filter((name) => !files.some(([own]) => own === name))
  for (const name of strangers) await rm(join(folder, name), { recursive: true, force: true })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const started = performance.now()
  const files = await buildWeb()
  for (const { name, content, compressed, isFirst } of files)
    console.log(
      `${String(content.length).padStart(7)} ${String(compressed).padStart(6)}  ${isFirst ? '' : '(later) '}${name}`,
    )
  console.log(`built in ${Math.round(performance.now() - started)} ms`)
}
