import { type Checkpoint, checkpointIn, milestonesIn } from '../../run/checkpoint.ts'
import type { Item } from '../../table/port.ts'

/**
 * Milestones are older checkpoints that are kept, so that reading a run as of a moment can begin at the nearest one before
 * it. They are at least this many logs apart. If there are too many, every second one is dropped.
 */
const MIN_LOGS_APART = 16_384
const MAX_MILESTONES = 64
const MAX_BYTES = 256 * 1024 * 1024

const isTooMuch = (milestones: readonly Checkpoint[]): boolean =>
  milestones.length > MAX_MILESTONES || milestones.reduce((sum, { bytes }) => sum + bytes, 0) > MAX_BYTES

/** The milestones after `replaced` is no longer the newest checkpoint. */
export function withMilestone(milestones: readonly Checkpoint[], replaced: Checkpoint): Checkpoint[] {
  const [first, second] = milestones
  const apart = first === undefined || second === undefined ? MIN_LOGS_APART : second.logs - first.logs
  const before = milestones.at(-1)?.logs ?? 0
  let kept = replaced.logs - before < Math.max(MIN_LOGS_APART, apart / 2) ? [...milestones] : [...milestones, replaced]
  while (isTooMuch(kept)) kept = kept.filter((_, at) => at % 2 === 1)
  return kept
}

/** All checkpoints that a record names, oldest first. */
export function checkpointsIn(record: Item): Checkpoint[] {
  const newest = checkpointIn(record)
  return newest === undefined ? milestonesIn(record) : [...milestonesIn(record), newest]
}

/** The newest checkpoint that includes no log above a position. */
export const newestBelow = (checkpoints: readonly Checkpoint[], position: string): Checkpoint | undefined =>
  checkpoints.findLast(({ watermark }) => watermark <= position)
