import { defineConfig } from 'vitest/config'
import short, { LONG } from './vitest.config.ts'

const { SEED: _, ...env } = short.test?.env ?? {}

/**
 * `npm run test:long`: long forms of tests in `npm test`, with more data and new random cases each time. Two files run at
 * a time; it takes under 30 minutes on 2 cores.
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
