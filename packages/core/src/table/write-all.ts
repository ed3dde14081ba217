import type { Table, Write } from './port.ts'

/** Makes writes, all at once. None waits for another, and where one fails the others are through before that is told. */
export async function writeAll(table: Pick<Table, 'put' | 'update'>, writes: readonly Write[]): Promise<void> {
  const ends = await Promise.allSettled<unknown>(
    writes.map((write) =>
      'put' in write
        ? table.put(write.put, write.condition)
        : table.update(write.update, write.condition, write.change),
    ),
  )
  const failed = ends.find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
}
