import { afterAll, vi } from 'vitest'

/** In every test file: what it changed of the process is as before for the files that share the process with it. */
afterAll(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
})
