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
    .replaceAll(/\{@link ([^}]+?)\s*\}/g, '`$1`')
    // The test of the pages compiles `ts` blocks, and these examples are not whole programs.
    .replaceAll('```ts\n', '```typescript\n')
    .trim()

/** The tags as list items: parameters, result and errors. */
function tagsOf(symbol: ts.Symbol): string[] {
  return symbol.getJsDocTags().flatMap(({ name, text }) => {
    const content = plain(text)
    if (name === 'param' || name === 'typeParam') return [`- \`${content.replace(/^(\S+)\s*/, '$1`: ')}`]
    if (name === 'returns') return [`- returns ${content}`]
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
  const all = members.filter((member) => ts.isMethodDeclaration(member) || ts.isGetAccessor(member))
  const nameOf = (method: (typeof all)[number] | undefined) => method?.name.getText()
  // Callers do not see the implementation of an overloaded method.
  const isCallable = (method: (typeof all)[number]) =>
    method.body === undefined || all.filter((other) => nameOf(other) === nameOf(method)).length === 1
  const methods = all.filter(isCallable)
  const facts = members.filter((member) => ts.isPropertyDeclaration(member))
  const calls = methods.flatMap((method, at) => {
    const symbol = checker.getSymbolAtLocation(method.name)
    if (symbol === undefined) return []
    const heading = ['', `#### \`${oneLine(signature(method)).replaceAll('\\|', '|')}\``, '']
    // Overloads share one docstring, which the last one shows.
    if (nameOf(methods[at + 1]) === nameOf(method)) return heading
    return [...heading, plain(symbol.getDocumentationComment(checker)), '', ...tagsOf(symbol)]
  })
  return [...rows(checker, facts), ...calls]
}

/** An exported item: its group, and its lines on the page. */
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
    '# Reference of the TypeScript SDK\n\n`npm run reference` makes this page from the docstrings. The [package’s README](../../packages/sdk/README.md) explains how to use the SDK.'
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
