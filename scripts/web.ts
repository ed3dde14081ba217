import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { type NamedContent, writeFiles } from './files.ts'

/** `npm run web:build`: builds the dashboard into packages/local/dist/web: a page, and files whose names have a hash of their content. */

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SOURCE = join(ROOT, 'packages/web')

export const WEB_FOLDER = join(ROOT, 'packages/local/dist/web')

/** Bytes of JavaScript, compressed with gzip. */
export const WEB_BUDGET = { beforeFirstRun: 70_000, later: 70_000 } as const

/** uPlot formats numbers by the browser's language as it loads, and fails if Intl does not know that language, as in a POSIX locale. */
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
  /** Bytes with gzip. */
  readonly compressed: number
  /** Whether it is loaded with the page, and not on demand. */
  readonly isFirst: boolean
}

const hashOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex').slice(0, 8)

async function packed(name: string, content: Uint8Array): Promise<readonly [br: NamedContent, gz: NamedContent]> {
  // Higher qualities take most of a second and save one percent.
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

/** Builds the dashboard into a folder; another process may do the same meanwhile. */
export async function buildWeb(folder: string = WEB_FOLDER): Promise<readonly WebFile[]> {
  const [{ outputFiles, metafile }, page, icon] = await Promise.all([
    build({ ...SETTINGS, plugins: [plainLanguage] }),
    readFile(join(SOURCE, 'index.html'), 'utf8'),
    readFile(join(SOURCE, 'icon.svg')),
  ])
  const made: NamedContent[] = outputFiles.map(({ path, contents }) => [basename(path), contents])
  made.push([`icon-${hashOf(icon)}.svg`, icon])
  const nameOf = (stem: string): string => {
    const found = made.find(([name]) => name.startsWith(`${stem}-`))
    if (found === undefined) throw new Error(`the build made no ${stem}`)
    return found[0]
  }
  // The browser loads the imports of main together with main, not after it.
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
  await writeFiles(folder, [
    ...all.flatMap(({ name, content, forms }): NamedContent[] => [[name, content], ...forms]),
    ['index.html', new TextEncoder().encode(html)],
  ])
  return files
}

type Outputs = Readonly<
  Record<string, { readonly imports: readonly { readonly path: string; readonly kind: string }[] }>
>

/** A file and all its static imports. */
function firstOf(outputs: Outputs, entry: string): string[] {
  const names = new Set([entry])
  for (const name of names) {
    const output = Object.entries(outputs).find(([path]) => basename(path) === name)?.[1]
    for (const { path, kind } of output?.imports ?? []) if (kind === 'import-statement') names.add(basename(path))
  }
  return [...names]
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
