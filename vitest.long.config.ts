import { defineConfig } from 'vitest/config'
import short, { LONG } from './vitest.config.ts'

const { SEED: _, ...env } = short.test?.env ?? {}

/**
 * `npm run test:long`: the proofs of `npm test` with more of everything and other cases each time, one file at a time; under
 * 30 minutes.
 */
export default defineConfig({
  test: {
    ...short.test,
    env,
    include: [LONG],
    exclude: [],
    maxWorkers: 1,
    testTimeout: 1_500_000,
    hookTimeout: 60_000,
  },
})
