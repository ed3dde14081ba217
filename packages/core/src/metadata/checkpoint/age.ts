import type { Clock } from '../../table/clock.ts'
import { watermarkAt } from '../position.ts'

/** Milliseconds by which the store's time may be past a log's position when the store takes the log without a look at its run. */
export const MAX_PROMPT_DELAY_MS = 30_000
/** Milliseconds by which the times that the store tells may differ from one another. */
export const MAX_STORE_SKEW_MS = 90_000
/**
 * Milliseconds. Logs younger than this are in no checkpoint, so that a writer whose log the store took promptly knows
 * without a look that no seal was above it.
 */
const MIN_LOG_AGE_MS = MAX_PROMPT_DELAY_MS + MAX_STORE_SKEW_MS

/** The watermark of a checkpoint that is made now. */
export const watermarkOf = (clock: Clock): string => watermarkAt(Math.max(0, clock.now() - MIN_LOG_AGE_MS))
