import type { Server } from '../../context.ts'
import type { Table } from '../../table/port.ts'
import { timeOf, watermarkAt } from '../position.ts'

/** Most logs reach the store within this time, so that few arrive too late for a checkpoint. */
const MIN_LOG_AGE_MS = 1000

/**
 * The watermark of a checkpoint that is made now. It excludes young logs, so that a log that was stored promptly is known to
 * be above every seal without a check.
 */
export function watermarkOf({ clock, table }: Pick<Server, 'clock' | 'table'>): string {
  const { promptMs, skewMs } = table.timing
  return watermarkAt(Math.max(0, clock.now() - Math.max(MIN_LOG_AGE_MS, promptMs + skewMs)))
}

/** Whether a log was stored so soon after its position that no seal can have been above it. `date` is in ms since 1970. */
export const isPrompt = ({ timing }: Pick<Table, 'timing'>, date: number, position: string): boolean =>
  timing.promptMs > 0 && date - timeOf(position) <= timing.promptMs
