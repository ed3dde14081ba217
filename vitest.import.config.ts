import { defineConfig } from 'vitest/config'

/** Imports from a real ZenML server. `test/import/ci` installs the server, then runs these tests. */
export default defineConfig({
  test: {
    include: ['test/import/**/*.import.test.ts'],
    setupFiles: ['test/support/fetch.ts', 'test/support/seed.ts'],
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
})
