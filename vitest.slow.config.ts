import { defineConfig } from 'vitest/config'
import short, { SLOW } from './vitest.config.ts'

/** `npm run test:slow`: slow tests that few changes can break (docs/testing.md). Its files start their own stores. */
export default defineConfig({
  test: {
    ...short.test,
    isolate: true,
    include: [SLOW],
    exclude: [],
    globalSetup: ['test/support/build.ts'],
    setupFiles: [],
  },
})
