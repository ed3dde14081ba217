import { defineConfig } from 'vitest/config'
import short, { LONG } from './vitest.config.ts'

const { SEED: _, ...env } = short.test?.env ?? {}

/**
 * `npm run test:long`: the proofs of `npm test` with more of everything and other cases each time, two files at a time; under
 * 30 minutes on 2 cores.
 */
export default defineConfig({
  test: {
    ...short.test,
    // Some measure the memory of their process.
    isolate: true,
    maxWorkers: 2,
    env,
    include: [LONG],
    exclude: [],
    testTimeout: 1_500_000,
    hookTimeout: 60_000,
  },
})
