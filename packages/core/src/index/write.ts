import type { Context } from '../context.ts'
import type { Write } from '../table/port.ts'
import { writeAll } from '../table/write-all.ts'
import type { Row, RowOwner } from './rows.ts'

export const rowOwnerOf = (
  { project, shardsOf }: Pick<Context, 'project' | 'shardsOf'>,
  run: RowOwner['run'],
): RowOwner => ({ project, run, shards: shardsOf(project).written })

/** The write of a row, unless the stored row is later. */
export const rowWrite = (row: Row): Write => ({ put: row, condition: { atMost: { version: row.version } } })

export const putRows = ({ table }: Pick<Context, 'table'>, rows: readonly Row[]): Promise<void> =>
  writeAll(table, rows.map(rowWrite))
