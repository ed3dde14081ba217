import { defineConfig } from 'vitest/config'
import short, { FUNCTION } from './vitest.config.ts'

/**
 * `npm run test:function`: the function’s bundle on this machine’s Node and on Node 24, the dashboard served by it,
 * accessibility, and the cost of calls.
 */
export default defineConfig({
  test: {
    ...short.test,
    include: [...FUNCTION, 'test/web/*.test.ts'],
    exclude: ['test/web/*.long.test.ts', 'test/web/served.test.ts', 'test/web/size.test.ts'],
    provide: { dashboard: 'function' },
    testTimeout: 240_000,
  },
})
