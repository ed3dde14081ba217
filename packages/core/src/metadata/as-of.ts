import { canonicalTime } from '@runmeta/schema/time'
import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { readRun } from '../run/cache.ts'
import { optionalString } from '../table/attribute.ts'
import { logKey } from '../table/keys.ts'
import { isPosition, watermarkAt } from './position.ts'
import type { Moment } from './read.ts'

const LOG_ID = /^[0-9a-f]{32}$/

/**
 * Finds the moment that `at` gives: a log's id or position, or an RFC 3339 time, which includes its whole millisecond. A time
 * in the future is now. Undefined if there is no run.
 * @throws Failure `bad_request`
 */
export async function momentOf(context: Context, runId: string, at: string): Promise<Moment | undefined> {
  const now = context.clock.now()
  if (LOG_ID.test(at)) {
    const item = await context.table.get(logKey(context.project, runId, at))
    const upTo = item && optionalString(item, 'pos')
    if (upTo !== undefined) return { upTo }
    if ((await readRun(context, runId)) === undefined) return undefined
    throw new Failure('bad_request', 'at: this run has no log with this id')
  }
  if (isPosition(at)) return { upTo: at > watermarkAt(now + 1) ? undefined : at }
  const time = canonicalTime(at)
  if (time === undefined) {
    const detail = 'at: must be the id or the position of a log, or an RFC 3339 time such as 2026-01-31T12:00:00.000Z'
    throw new Failure('bad_request', detail)
  }
  const ms = Date.parse(time)
  // The watermark sorts before every position of the next millisecond. There are no logs before 1970.
  return { upTo: ms > now ? undefined : watermarkAt(Math.max(0, ms + 1)) }
}
