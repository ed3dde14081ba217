import { allSettled } from '../all-settled.ts'
import type { Table, Write } from './port.ts'

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
