import { defineConfig } from 'vitest/config'
import short, { SLOW } from './vitest.config.ts'

/** `npm run test:slow`: what takes long for what it guards, as docs/testing.md says. It starts no store for all files. */
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
