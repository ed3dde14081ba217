import { signal } from '@preact/signals'
import type { Fetch } from '@runmeta/sdk'

/** Whether the server answered the last request. */
export const isLost = signal(false)
/** What is under way and somebody waits for. */
export const pending = signal(0)

const UNAUTHORIZED = 401

/** The `fetch` of all calls: it notes whether the server answers, and tells where it refuses the key. */
export const observedFetch =
  (refused: () => void): Fetch =>
  async (url, init) => {
    try {
      const reply = await fetch(url, init)
      isLost.value = false
      if (reply.status === UNAUTHORIZED) refused()
      return reply
    } catch (error) {
      // A call that the page gave up says nothing about the server.
      if (init?.signal?.aborted !== true) isLost.value = true
      throw error
    }
  }

/** Shows the progress bar while somebody waits for it. */
export async function during<Result>(work: Promise<Result>): Promise<Result> {
  pending.value++
  try {
    return await work
  } finally {
    pending.value--
  }
}
