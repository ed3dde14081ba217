import fc from 'fast-check'

/**
 * In every test file: where there is a `SEED`, properties are tried with the cases of that one. A property that fails tells
 * its own. `npm test` has a fixed one, so that what fails there is what was changed; `npm run test:long` has none.
 */
const seed = process.env.SEED
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) })
