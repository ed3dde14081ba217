import { allSettled } from './all-settled.ts'

/** Does `work` for each of `all`, so many of them at once. @throws the first failure, once those under way have ended. */
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
