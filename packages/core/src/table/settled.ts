/**
 * Waits for all, writes among them, also where one fails: its caller must not be told while another may still be made.
 * @throws the first failure, in the order given
 */
export async function settled<T extends readonly unknown[]>(
  all: T,
): Promise<{ -readonly [Index in keyof T]: Awaited<T[Index]> }> {
  await Promise.allSettled(all)
  return Promise.all(all)
}
