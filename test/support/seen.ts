import document from '@runmeta/api/openapi.json' with { type: 'json' }
import type { TestProject } from 'vitest/node'

/** Replies in the document that no test causes, with the reason. */
const UNSEEN: Readonly<Record<string, string>> = {}

const described = (): string[] =>
  Object.entries(document.paths as Record<string, Record<string, { readonly responses: object }>>).flatMap(
    ([path, operations]) =>
      Object.entries(operations).flatMap(([method, { responses }]) =>
        Object.keys(responses)
          .filter((status) => status !== 'default')
          .map((status) => `${method} ${path} ${status}`),
      ),
  )

/**
 * After a complete `npm test`: every reply in the document was seen, or is listed with
 * a reason.
 */
export async function expectSeen(project: TestProject, seen: string): Promise<void> {
  const { vitest, config } = project
  const { testFiles } = await project.globTestFiles()
  const ran = vitest.state.getTestModules().filter(({ children }) => children.size > 0)
  const isWhole = ran.length === testFiles.length && config.testNamePattern === undefined
  if (!isWhole || !testFiles.some((file) => file.includes('/contract/'))) return
  const lines = new Set(seen.split('\n'))
  const all = described()
  const missing = all.filter((reply) => !lines.has(reply) && !(reply in UNSEEN))
  const stale = Object.keys(UNSEEN).filter((reply) => lines.has(reply) || !all.includes(reply))
  vitest.logger.log(`The document has ${all.length} replies; ${all.length - missing.length} were seen or are named\n`)
  if (missing.length + stale.length === 0) return
  vitest.logger.error(
    `no test causes: ${missing.join(', ') || 'none'}; named for no reason: ${stale.join(', ') || 'none'}`,
  )
  process.exitCode = 1
}
