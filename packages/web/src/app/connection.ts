import { signal } from '@preact/signals'
import type { Fetch } from '@runmeta/sdk'

/** Whether the server answered the last request. */
export const isLost = signal(false)
/** The number of calls in progress that the user waits for. */
export const pending = signal(0)

const UNAUTHORIZED = 401

/** The `fetch` of all calls. It tracks whether the server responds, and reports a refused key. */
export const observedFetch =
  (refused: () => void): Fetch =>
  async (url, init) => {
    try {
      const reply = await fetch(url, init)
      isLost.value = false
      if (reply.status === UNAUTHORIZED) refused()
      return reply
    } catch (error) {
      // An aborted call says nothing about the server.
      if (init?.signal?.aborted !== true) isLost.value = true
      throw error
    }
  }

/** Shows the progress bar while a promise is pending. */
export async function withProgress<Result>(work: Promise<Result>): Promise<Result> {
  pending.value++
  try {
    return await work
  } finally {
    pending.value--
  }
}
