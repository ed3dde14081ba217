import { defineConfig } from 'vitest/config'

/** Proofs that take minutes, which `npm run test:long` runs. */
export const LONG = 'test/**/*.long.test.ts'

/** What takes long for what it guards, which `npm run test:slow` runs: docs/testing.md. */
export const SLOW = 'test/**/*.slow.test.ts'

/** What `npm run test:function` runs, beside the dashboard's other tests: the function's bundle, what its calls cost, large pages. */
export const FUNCTION = [
  'test/bundle/{own,node24}.test.ts',
  'test/cost/budgets.test.ts',
  'test/web/{a11y,large}.test.ts',
]

/** Imports from a real ZenML server, which `test/import/ci` runs. */
const IMPORT = 'test/import/**'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [LONG, SLOW, IMPORT, ...FUNCTION],
    globalSetup: ['test/support/engines.ts', 'test/support/browser.ts'],
    setupFiles: ['test/support/restore.ts', 'test/support/fetch.ts', 'test/support/seed.ts'],
    provide: { dashboard: 'server' },
    pool: 'forks',
    // Files that share a process load the modules once, which is a sixth of the time. No test may leave a global changed.
    isolate: false,
    // Twice the cores: much of the time a test waits.
    maxWorkers: 4,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A busy machine is slow, not wrong.
    expect: { poll: { timeout: 15_000 } },
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', SEED: process.env.SEED ?? '1' },
  },
})
