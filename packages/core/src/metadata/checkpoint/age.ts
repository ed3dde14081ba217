import type { Server } from '../../context.ts'
import type { Table } from '../../table/port.ts'
import { timeOf, watermarkAt } from '../position.ts'

/** Milliseconds. Logs on their way to the store are mostly there by then, so that a checkpoint rarely has to do without them. */
const MIN_LOG_AGE_MS = 1000

/**
 * The watermark of a checkpoint that is made now. Younger logs are in none, so that a writer whose log the store took promptly
 * knows without a look that no seal was above it.
 */
export function watermarkOf({ clock, table }: Pick<Server, 'clock' | 'table'>): string {
  const { promptMs, skewMs } = table.timing
  return watermarkAt(Math.max(0, clock.now() - Math.max(MIN_LOG_AGE_MS, promptMs + skewMs)))
}

/** Whether the store took a log so soon after its position that no checkpoint can have been sealed above it by then. */
export const isPrompt = ({ timing }: Pick<Table, 'timing'>, date: number, position: string): boolean =>
  timing.promptMs > 0 && date - timeOf(position) <= timing.promptMs
