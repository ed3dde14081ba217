import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const ROOT = new URL('../..', import.meta.url).pathname

async function pages(): Promise<string[]> {
  const docs = await readdir(join(ROOT, 'docs'), { recursive: true })
  return [
    'README.md',
    'CONTRIBUTING.md',
    'packages/sdk/README.md',
    ...docs.filter((name) => name.endsWith('.md')).map((name) => join('docs', name)),
  ]
}

const read = (page: string) => readFile(join(ROOT, page), 'utf8')

/** The type errors of TypeScript texts, as if they were files in the test folder. */
function complaints(blocks: ReadonlyMap<string, string>): string[] {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.base.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT)
  const settings: ts.CompilerOptions = {
    ...options,
    composite: false,
    noEmit: true,
    emitDeclarationOnly: false,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  }
  const host = ts.createCompilerHost(settings)
  const { getSourceFile, fileExists, readFile: readText } = host
  host.fileExists = (name) => blocks.has(name) || fileExists(name)
  host.readFile = (name) => blocks.get(name) ?? readText(name)
  host.getSourceFile = (name, ...rest) => {
    const text = blocks.get(name)
    return text === undefined ? getSourceFile(name, ...rest) : ts.createSourceFile(name, text, ts.ScriptTarget.ES2022)
  }
  const program = ts.createProgram([...blocks.keys()], settings, host)
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`)
}

describe('the documentation', () => {
  it('has TypeScript that compiles', async () => {
    const blocks = new Map<string, string>()
    for (const page of await pages()) {
      const found = (await read(page)).matchAll(/^```ts\n([\s\S]*?)^```/gm)
      for (const [index, [, code = '']] of [...found].entries()) {
        blocks.set(join(ROOT, 'test', `${page.replaceAll('/', '-')}-${index}.ts`), `${code}\nexport {}\n`)
      }
    }
    expect(blocks.size).toBeGreaterThan(1)
    expect(complaints(blocks)).toEqual([])
  })

  it('links to existing files', async () => {
    const names = new Set([
      ...(await readdir(ROOT)),
      ...(await readdir(join(ROOT, 'docs'), { recursive: true })).map((name) => join('docs', name)),
      ...(await pages()),
      'docs',
    ])
    for (const page of await pages()) {
      const folder = dirname(page)
      for (const [, target = ''] of (await read(page)).matchAll(/\]\(([^)#:]+)\)/g)) {
        expect(names, `${page} → ${target}`).toContain(join(folder, target))
      }
    }
  })

  it('has decision records with a status, a date and a unique number', async () => {
    const folder = join(ROOT, 'docs/decisions')
    const names = await readdir(folder)
    const numbers = names.map((name) => name.slice(0, 4))
    expect(new Set(numbers).size).toBe(numbers.length)
    for (const name of names) {
      const [title, , status] = (await readFile(join(folder, name), 'utf8')).split('\n')
      expect(title, name).toMatch(new RegExp(`^# ${name.slice(0, 4)} \\S`))
      const date = /^Status: (?:accepted|superseded), (\d{4}-\d{2}-\d{2})[.;]/.exec(status ?? '')?.[1] ?? 'no status'
      expect(new Date(date).getTime(), `${name}: ${status}`).not.toBeNaN()
    }
  })

  it('names existing files', async () => {
    const listed = await Promise.all(
      ['packages', 'test', 'scripts'].map(async (folder) =>
        (await readdir(join(ROOT, folder), { recursive: true })).map((name) => `/${join(folder, name)}`),
      ),
    )
    const files = listed.flat().filter((name) => !name.includes('node_modules'))
    for (const page of ['docs/architecture.md', 'docs/testing.md']) {
      const named = [...(await read(page)).matchAll(/`([a-z][\w/-]*(?:\.[a-z]+)*\.ts|test\/[\w/]*\/)`/g)]
      expect(named.length).toBeGreaterThan(10)
      for (const [, name = ''] of named) {
        const path = name.replace(/^(schema|core|api|local|sdk|functions)\/(?!src\/)/, '$1/src/').replace(/\/$/, '')
        expect(
          files.some((file) => file.endsWith(`/${path}`)),
          `${page}: ${name}`,
        ).toBe(true)
      }
    }
  })

  it('links to existing sections', async () => {
    const anchorOf = (heading: string) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, '')
        .replaceAll(' ', '-')
    for (const page of await pages()) {
      for (const [, target = '', anchor = ''] of (await read(page)).matchAll(/\]\(([^)#:]*)#([^)]+)\)/g)) {
        const linked = target === '' ? page : join(dirname(page), target)
        const headings = [...(await read(linked)).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading))
        expect(headings, `${page} → ${linked}`).toContain(anchor)
      }
    }
  })

  it('names each dependency of the project', async () => {
    const text = await read('docs/dependencies.md')
    const manifests = [
      'package.json',
      ...['schema', 'core', 'api', 'local', 'sdk'].map((name) => `packages/${name}/package.json`),
      'test/bundle/node24/package.json',
      'test/runtimes/packages/package.json',
    ]
    for (const manifest of manifests) {
      const {
        dependencies = {},
        devDependencies = {},
        optionalDependencies = {},
      } = JSON.parse(await read(manifest)) as Record<string, Record<string, string>>
      for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
        expect(version, `${name} is pinned`).toMatch(/^(npm:[a-z-]+@)?\d+\.\d+\.\d+$/)
        if (!name.startsWith('@runmeta/')) expect(text).toContain(`\`${name}\``)
      }
    }
  })

  it('has the server’s own texts in the table of calls', async () => {
    const document = JSON.parse(await read('packages/api/openapi.json')) as { paths: Record<string, object> }
    const readme = await read('README.md')
    for (const path of Object.keys(document.paths)) expect(readme).toContain(path)
  })
})
