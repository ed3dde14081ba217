import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import ts from 'typescript'

/** `npm run reference`: writes docs/sdk/reference.md from the docstrings of the SDK. With `--check` it only compares. */

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PAGE = `${ROOT}docs/sdk/reference.md`
const ENTRIES = [
  ['@runmeta/sdk', 'packages/sdk/src/index.ts'],
  ['@runmeta/sdk/spool', 'packages/sdk/src/spool/spool.ts'],
] as const

const GROUPS = ['Functions', 'Classes', 'Errors', 'Types'] as const
type Group = (typeof GROUPS)[number]

const HIDDEN = ts.ModifierFlags.Private | ts.ModifierFlags.Protected

/** A link to another item becomes its name. */
const plain = (parts: string | readonly ts.SymbolDisplayPart[] | undefined): string =>
  (typeof parts === 'string' ? parts : ts.displayPartsToString([...(parts ?? [])]))
    .replaceAll(/\{@link ([^}]+)\}/g, '`$1`')
    // The test of the documentation compiles blocks marked `ts`, and these are only parts of programs.
    .replaceAll('```ts\n', '```typescript\n')
    .trim()

/** The tags of a docstring as sentences. */
function tagsOf(symbol: ts.Symbol): string[] {
  return symbol.getJsDocTags().flatMap(({ name, text }) => {
    const content = plain(text)
    if (name === 'param' || name === 'typeParam') return [`- \`${content.replace(/^(\S+)\s*/, '$1`: ')}`]
    if (name === 'returns') return [`- gives ${content}`]
    if (name === 'throws') return [`- throws ${content}`]
    return name === 'default' ? [`Default: ${content}`] : []
  })
}

const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ').replaceAll('|', '\\|')

/** A declaration without its body and its docstring. */
function signature(node: ts.Node): string {
  if (ts.isVariableDeclaration(node)) {
    const { name, type, initializer } = node
    if (type !== undefined) return `${name.getText()}: ${type.getText()}`
    if (initializer !== undefined && ts.isArrowFunction(initializer)) {
      return name.getText() + signature(initializer).replace(/\s*=>$/, '')
    }
  }
  const end = 'body' in node && node.body !== undefined ? Object(node.body).getStart() : node.getEnd()
  return node
    .getSourceFile()
    .text.slice(node.getStart(), end)
    .replace(/^(?:export |async |override |declare |readonly |function |const )+/, '')
    .trim()
}

const isShown = (member: ts.Declaration): boolean =>
  (ts.getCombinedModifierFlags(member) & HIDDEN) === 0 &&
  !ts.isConstructorDeclaration(member) &&
  !('name' in member && member.name !== undefined && /^[#[]/.test(Object(member.name).getText()))

function rows(checker: ts.TypeChecker, members: readonly ts.Declaration[]): string[] {
  const lines = members.flatMap((member) => {
    const symbol = 'name' in member ? checker.getSymbolAtLocation(Object(member.name)) : undefined
    if (symbol === undefined) return []
    const [text = '', ...tags] = [plain(symbol.getDocumentationComment(checker)), ...tagsOf(symbol)]
    const description = [text, ...tags].filter((part) => part !== '').join(' ')
    return [`| \`${oneLine(signature(member))}\` | ${oneLine(description)} |`]
  })
  return lines.length === 0 ? [] : ['', '| member | |', '|---|---|', ...lines]
}

function classLines(checker: ts.TypeChecker, node: ts.ClassDeclaration): string[] {
  const members = node.members.filter(isShown)
  const methods = members.filter((member) => ts.isMethodDeclaration(member) || ts.isGetAccessor(member))
  const facts = members.filter((member) => ts.isPropertyDeclaration(member))
  const calls = methods.flatMap((method) => {
    const symbol = checker.getSymbolAtLocation(method.name)
    if (symbol === undefined) return []
    const text = plain(symbol.getDocumentationComment(checker))
    return ['', `#### \`${oneLine(signature(method)).replaceAll('\\|', '|')}\``, '', text, '', ...tagsOf(symbol)]
  })
  return [...rows(checker, facts), ...calls]
}

/** An exported item: its group and its lines. */
function itemOf(checker: ts.TypeChecker, exported: ts.Symbol): { group: Group; lines: string[] } | undefined {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
  const [node] = symbol.declarations ?? []
  if (node === undefined) return undefined
  const description = ['', plain(symbol.getDocumentationComment(checker)), '', ...tagsOf(symbol)]
  const heading = `### ${exported.name}`
  if (ts.isClassDeclaration(node)) {
    const group = exported.name.endsWith('Error') ? 'Errors' : 'Classes'
    return { group, lines: [heading, ...description, ...classLines(checker, node)] }
  }
  if (ts.isInterfaceDeclaration(node)) {
    return { group: 'Types', lines: [heading, ...description, ...rows(checker, node.members.filter(isShown))] }
  }
  const code = ['', '```typescript', signature(node), '```']
  return { group: ts.isTypeAliasDeclaration(node) ? 'Types' : 'Functions', lines: [heading, ...code, ...description] }
}

/** The page. */
export function reference(): string {
  const { config } = ts.readConfigFile(`${ROOT}packages/sdk/tsconfig.json`, ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, `${ROOT}packages/sdk`)
  const program = ts.createProgram(
    ENTRIES.map(([, file]) => ROOT + file),
    options,
  )
  const checker = program.getTypeChecker()
  const parts = ENTRIES.map(([name, file]) => {
    const source = program.getSourceFile(ROOT + file)
    const module = source && checker.getSymbolAtLocation(source)
    const exports = module === undefined ? [] : checker.getExportsOfModule(module)
    const items = exports.sort((a, b) => (a.name < b.name ? -1 : 1)).flatMap((one) => itemOf(checker, one) ?? [])
    return GROUPS.flatMap((group) => {
      const own = items.filter((item) => item.group === group)
      return own.length === 0 ? [] : [`## ${group} of \`${name}\``, ...own.map(({ lines }) => lines.join('\n'))]
    })
  })
  const intro =
    '# Reference of the TypeScript SDK\n\nMade from the docstrings by `npm run reference`. How to use it is in the package’s README.'
  return `${[intro, ...parts.flat()].join('\n\n').replaceAll(/\n{3,}/g, '\n\n')}\n`
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const page = reference()
  if (!process.argv.includes('--check')) await writeFile(PAGE, page)
  else if ((await readFile(PAGE, 'utf8')) !== page) {
    console.error('docs/sdk/reference.md differs from the docstrings: npm run reference')
    process.exitCode = 1
  }
}
