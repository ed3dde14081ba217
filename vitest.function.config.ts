import { defineConfig } from 'vitest/config'
import short from './vitest.config.ts'

/** `npm run test:function`: the dashboard’s tests again, over the function’s bundle. */
export default defineConfig({
  test: {
    ...short.test,
    include: ['test/web/*.test.ts'],
    exclude: [...(short.test?.exclude ?? []), 'test/web/served.test.ts', 'test/web/size.test.ts'],
    provide: { dashboard: 'function' },
    testTimeout: 240_000,
  },
})
