import { defineConfig } from 'vitest/config'
import short, { FUNCTION } from './vitest.config.ts'

/** `npm run test:function`: the bundle on Node 24, and the dashboard’s tests again, over the function’s bundle. */
export default defineConfig({
  test: {
    ...short.test,
    include: [...FUNCTION, 'test/web/*.test.ts'],
    exclude: ['test/web/*.long.test.ts', 'test/web/served.test.ts', 'test/web/size.test.ts'],
    provide: { dashboard: 'function' },
    testTimeout: 240_000,
  },
})
