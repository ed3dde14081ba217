type Values<T extends readonly unknown[]> = { -readonly [Index in keyof T]: Awaited<T[Index]> }

/**
 * What all of these give, as `Promise.all`, but a failure is told only once none of them is under way any more: a write that
 * goes on after its caller heard of a failure could undo what the caller does next.
 * @throws the first failure in their order
 */
export async function allSettled<const T extends readonly unknown[]>(all: T): Promise<Values<T>> {
  for (const end of await Promise.allSettled(all)) if (end.status === 'rejected') throw end.reason
  return Promise.all(all)
}
