import { canonicalTime } from '@runmeta/schema/time'
import { Failure } from '../failure.ts'
import { isPosition, watermarkAt } from './position.ts'

/**
 * The greatest position of a run as it was at a moment: a log's position, or a time, RFC 3339, with all that was logged in
 * its millisecond. Nothing where the moment is still to come: that is the run as it is.
 * @param now - the server's clock, in ms since 1970
 * @throws Failure `bad_request`
 */
export function lastPositionAsOf(at: string, now: number): string | undefined {
  if (isPosition(at)) return at > watermarkAt(now + 1) ? undefined : at
  const time = canonicalTime(at)
  if (time === undefined) {
    const detail = 'at: must be the position of a log, or an RFC 3339 time such as 2026-01-31T12:00:00.000Z'
    throw new Failure('bad_request', detail)
  }
  const ms = Date.parse(time)
  // What sorts before every position of the next millisecond; before 1970 nothing was logged.
  return ms > now ? undefined : watermarkAt(Math.max(0, ms + 1))
}
