import { defineConfig } from 'vitest/config'
import short, { SLOW } from './vitest.config.ts'

/** `npm run test:slow`: what tests the tests, the benches, and each word that the command prints. It needs no store of its own. */
export default defineConfig({
  test: { ...short.test, include: [SLOW], exclude: [], globalSetup: ['test/support/build.ts'], setupFiles: [] },
})
