import { mkdir, writeFile } from 'node:fs/promises'
import type { TestProject } from 'vitest/node'
import { countOf } from './tally.ts'

/** The folder for the number of passed vectors of each language. Python runs last, and prints the table. */
const FOLDER = new URL('../../.vectors/', import.meta.url)

/** Stores the number of passed cases of each file in `test/vectors`, if this run included them. */
export async function keepVectorsPassed({ vitest }: TestProject): Promise<void> {
  const module = vitest.state.getTestModules().find(({ moduleId }) => moduleId.endsWith('/test/vectors.test.ts'))
  if (module === undefined) return
  const files: Record<string, { passed: number; cases: number }> = {}
  for (const suite of module.children.suites()) {
    const [file = ''] = suite.name.split(':')
    const { passed, all } = countOf(suite)
    files[file] = { passed, cases: all }
  }
  await mkdir(FOLDER, { recursive: true })
  await writeFile(new URL('typescript.json', FOLDER), `${JSON.stringify(files, null, 2)}\n`)
}
