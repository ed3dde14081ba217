import type { Clock } from '../../table/clock.ts'
import { watermarkAt } from '../position.ts'

/**
 * Milliseconds. Logs younger than this are in no checkpoint, so that a writer whose log the store took within
 * {@link MAX_PROMPT_DELAY_MS} of its position knows without a look that none had sealed it.
 */
const MIN_LOG_AGE_MS = 600_000
/** Milliseconds by which the store's time may be past a log's position when the store took it. */
export const MAX_PROMPT_DELAY_MS = 60_000

/** The watermark of a checkpoint that is made now. */
export const watermarkOf = (clock: Clock): string => watermarkAt(Math.max(0, clock.now() - MIN_LOG_AGE_MS))
