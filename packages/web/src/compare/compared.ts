import { type Comparison, RunNotFoundError } from '@runmeta/sdk'
import { client } from '../app/session.ts'

/** The props of a comparison's views: the runs, and the rows of the table. */
export type Compared = Pick<Comparison, 'runs' | 'rows'>

/** The references that no run has. */
export interface Missing {
  readonly missing: readonly string[]
}

/** Compares runs, each once, or finds out which of them do not exist. */
export async function compareRuns(references: readonly string[], signal: AbortSignal): Promise<Compared | Missing> {
  try {
    return withoutRepeats(await client.peek().compare(references, { signal }))
  } catch (error) {
    if (!(error instanceof RunNotFoundError)) throw error
    const missing = await missingOf(references, signal)
    if (missing.length === 0) throw error
    return { missing }
  }
}

/** Two references, such as an id and a name, may be of the same run. */
function withoutRepeats({ runs, rows }: Comparison): Compared {
  const isFirst = runs.map(({ id }, index) => runs.findIndex((run) => run.id === id) === index)
  if (!isFirst.includes(false)) return { runs, rows }
  const kept = <Item>(items: readonly Item[]): Item[] => items.filter((_, index) => isFirst[index])
  return { runs: kept(runs), rows: rows.map((row) => ({ ...row, values: kept(row.values) })) }
}

async function missingOf(references: readonly string[], signal: AbortSignal): Promise<string[]> {
  const found = await Promise.all(
    references.map(async (reference) => {
      try {
        await client.peek().getPipelineRun(reference, { signal })
        return []
      } catch (error) {
        if (error instanceof RunNotFoundError) return [reference]
        throw error
      }
    }),
  )
  return found.flat()
}
