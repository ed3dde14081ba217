import { defineConfig } from 'vitest/config'
import short, { LONG } from './vitest.config.ts'

/** `npm run test:long`: the proofs of `npm test` with more of everything, one file at a time; under 30 minutes. */
export default defineConfig({
  test: { ...short.test, include: [LONG], exclude: [], maxWorkers: 1, testTimeout: 1_500_000, hookTimeout: 60_000 },
})
