import type { Table, Write } from './port.ts'
import { settled } from './settled.ts'

/** Makes writes, all at once. None waits for another, and where one fails the others are through before that is told. */
export async function writeAll(table: Pick<Table, 'put' | 'update'>, writes: readonly Write[]): Promise<void> {
  await settled(
    writes.map((write) =>
      'put' in write
        ? table.put(write.put, write.condition)
        : table.update(write.update, write.condition, write.change),
    ),
  )
}
