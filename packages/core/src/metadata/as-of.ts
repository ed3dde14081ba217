import { canonicalTime } from '@runmeta/schema/time'
import { Failure } from '../failure.ts'
import { isPosition, watermarkAt } from './position.ts'

/**
 * The last position that belongs to a run as of a moment. The moment is a log's position, or an RFC 3339 time that includes
 * its whole millisecond. Undefined for a moment in the future: the run is then read as it is now.
 * @param now - The server's clock, in ms since 1970.
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
  // The watermark sorts before every position of the next millisecond. There are no logs before 1970.
  return ms > now ? undefined : watermarkAt(Math.max(0, ms + 1))
}
