import type { Checkpoint } from '../../run/checkpoint.ts'

/**
 * Which checkpoints are kept once a newer one is named: those that lie this many logs apart, so that a run is read as it was
 * by the nearest one before. Where they become too many every second one goes, and the rest lie twice as far apart.
 */
const MIN_LOGS_APART = 16_384
const MAX_MILESTONES = 64
const MAX_BYTES = 256 * 1024 * 1024

const isTooMuch = (milestones: readonly Checkpoint[]): boolean =>
  milestones.length > MAX_MILESTONES || milestones.reduce((sum, { bytes }) => sum + bytes, 0) > MAX_BYTES

/** The milestones there are once `replaced` is no longer the newest checkpoint. */
export function withMilestone(milestones: readonly Checkpoint[], replaced: Checkpoint): Checkpoint[] {
  const [first, second] = milestones
  const apart = first === undefined || second === undefined ? MIN_LOGS_APART : second.logs - first.logs
  const before = milestones.at(-1)?.logs ?? 0
  let kept = replaced.logs - before < Math.max(MIN_LOGS_APART, apart / 2) ? [...milestones] : [...milestones, replaced]
  while (isTooMuch(kept)) kept = kept.filter((_, at) => at % 2 === 1)
  return kept
}

/** The newest checkpoint that holds no log above a position; nothing where all do. */
export const newestBelow = (checkpoints: readonly Checkpoint[], position: string): Checkpoint | undefined =>
  checkpoints.findLast(({ watermark }) => watermark <= position)
