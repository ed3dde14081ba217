import { allSettled } from '../all-settled.ts'
import type { Table, Write } from './port.ts'

/** Makes writes, all at once. None waits for another, and where one fails the others are through before that is told. */
export async function writeAll(table: Pick<Table, 'put' | 'update'>, writes: readonly Write[]): Promise<void> {
  await allSettled(
    writes.map(
      (write): Promise<unknown> =>
        'put' in write
          ? table.put(write.put, write.condition)
          : table.update(write.update, write.condition, write.change),
    ),
  )
}
