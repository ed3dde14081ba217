import { allSettled } from './all-settled.ts'

/** Runs `work` for each of `all`, at most `limit` at once. After a failure it starts no more, waits for the rest, and throws. */
export async function mapLimit<T>(all: readonly T[], limit: number, work: (one: T) => Promise<void>): Promise<void> {
  const rest = all.values()
  let hasFailed = false
  const worker = async () => {
    for (const one of rest) {
      if (hasFailed) return
      try {
        await work(one)
      } catch (error) {
        hasFailed = true
        throw error
      }
    }
  }
  await allSettled(Array.from({ length: Math.min(limit, all.length) }, worker))
}
