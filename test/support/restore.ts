import { afterAll, vi } from 'vitest'

/** Runs after every test file and restores what it changed in the process, which several files share. */
afterAll(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
})
