import { defineConfig } from 'vitest/config'

/** Tests that take minutes: `npm run test:long`. */
export const LONG = 'test/**/*.long.test.ts'

/** Slow tests that few changes can break: `npm run test:slow`. */
export const SLOW = 'test/**/*.slow.test.ts'

/** Tests of the function's bundle, the cost of calls, accessibility and large pages: `npm run test:function`. */
export const FUNCTION = [
  'test/bundle/{own,node24}.test.ts',
  'test/cost/budgets.test.ts',
  'test/web/{a11y,large}.test.ts',
]

/** Imports from a real ZenML server: `test/import/ci`. */
const IMPORT = 'test/import/**'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [LONG, SLOW, IMPORT, ...FUNCTION],
    globalSetup: ['test/support/engines.ts', 'test/support/browser.ts'],
    setupFiles: ['test/support/restore.ts', 'test/support/fetch.ts', 'test/support/seed.ts'],
    provide: { dashboard: 'server' },
    pool: 'forks',
    // Test files share processes, so modules load once: a sixth of the time. No test may leave a global changed.
    isolate: false,
    // Twice the cores of a small machine, because tests mostly wait.
    maxWorkers: 4,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A busy machine is slow, but its results are right.
    expect: { poll: { timeout: 15_000 } },
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', SEED: process.env.SEED ?? '1' },
  },
})
