import fc from 'fast-check'

/**
 * Runs before every test file: properties use the cases of `SEED`, if it is set. A failing property prints
 * its seed. `npm test` uses a fixed seed, so that a failure comes from a change; `npm run test:long` uses none.
 */
const seed = process.env.SEED
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) })
