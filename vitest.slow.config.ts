import { defineConfig } from 'vitest/config'
import short, { SLOW } from './vitest.config.ts'

/** `npm run test:slow`: what tests the tests and the benches, in about a minute. It needs no store of its own. */
export default defineConfig({
  test: { ...short.test, include: [SLOW], exclude: [], globalSetup: [], setupFiles: [] },
})
