type Values<T extends readonly unknown[]> = { -readonly [Index in keyof T]: Awaited<T[Index]> }

/**
 * Like `Promise.all`, but rejects only after all promises have settled: a write that is still in flight after the caller
 * learned of a failure could undo what the caller does next.
 * @throws the first failure in their order
 */
export async function allSettled<const T extends readonly unknown[]>(all: T): Promise<Values<T>> {
  for (const end of await Promise.allSettled(all)) if (end.status === 'rejected') throw end.reason
  return Promise.all(all)
}
