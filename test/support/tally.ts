import { readFile, writeFile } from 'node:fs/promises'
import type { TestModule, TestProject, TestSuite } from 'vitest/node'
import type { EngineName } from './engines.ts'

const PAGE = new URL('../../docs/stores.md', import.meta.url)
const TABLE = /(<!-- contract -->\n)[\s\S]*(\n<!-- \/contract -->)/

interface Row {
  readonly engine: EngineName
  readonly passed: number
  /** Failed, or not run. */
  readonly others: number
}

/** The number of tests in a file or a suite, and of those that passed. */
export function countOf({ children }: TestModule | TestSuite): { readonly all: number; readonly passed: number } {
  const tests = [...children.allTests()]
  return { all: tests.length, passed: tests.filter((test) => test.ok() && test.result().state === 'passed').length }
}

function rowOf(engine: EngineName, modules: readonly TestModule[]): Row | undefined {
  const module = modules.find(({ moduleId }) => moduleId.endsWith(`/contract/${engine}.test.ts`))
  if (module === undefined) return undefined
  const { passed, all } = countOf(module)
  return { engine, passed, others: all - passed }
}

/** Prints the number of passed contract tests on each engine. After a complete run it updates the table in docs/stores.md. */
export async function tally(project: TestProject, engines: readonly EngineName[]): Promise<void> {
  const { vitest } = project
  const modules = vitest.state.getTestModules()
  const rows = engines.flatMap((engine) => rowOf(engine, modules) ?? [])
  if (rows.length === 0) return
  const lines = rows.map(({ engine, passed }) => `| ${engine} | ${passed} |`)
  const table = ['| store | passed |', '|---|---|', ...lines]
  vitest.logger.log(`\nThe contract\n\n${table.join('\n')}\n`)
  // A partial run does not have the numbers of all stores.
  if (rows.length < engines.length || rows.some(({ passed, others }) => passed === 0 || others !== 0)) return
  await keep(project, table.join('\n'))
}

async function keep({ vitest }: TestProject, table: string): Promise<void> {
  const page = await readFile(PAGE, 'utf8')
  const kept = page.replace(TABLE, `$1\n${table}\n$2`)
  if (kept === page) return
  if (process.env.CI !== 'true') return writeFile(PAGE, kept)
  vitest.logger.error('docs/stores.md is not what this run found; run the tests, and commit it')
  process.exitCode = 1
}
