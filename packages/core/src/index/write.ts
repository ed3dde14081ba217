import type { Context } from '../context.ts'
import type { Place, Row } from './rows.ts'

export const placeOf = ({ project, shardsOf }: Pick<Context, 'project' | 'shardsOf'>, run: Place['run']): Place => ({
  project,
  run,
  shards: shardsOf(project).written,
})

/**
 * Writes rows, each unless there is a later one. All at once: none waits for another, and where one fails the others are
 * through before that is told.
 */
export async function putRows({ store }: Pick<Context, 'store'>, rows: readonly Row[]): Promise<void> {
  const puts = await Promise.allSettled(rows.map((row) => store.putUnlessOlder(row)))
  const failed = puts.find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
}
