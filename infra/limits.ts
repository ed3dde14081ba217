/** What the environment of a deployment may set of the API, and of what it may take of the account. docs/limits.md says more. */

const { RUNMETA_CORS_ORIGINS, RUNMETA_RATE_LIMIT, RUNMETA_CONCURRENCY } = process.env

/** The function checks them when it starts. */
export const settings = {
  ...(RUNMETA_CORS_ORIGINS ? { RUNMETA_CORS_ORIGINS } : {}),
  ...(RUNMETA_RATE_LIMIT ? { RUNMETA_RATE_LIMIT } : {}),
}

if (RUNMETA_CONCURRENCY && !/^\d{1,4}$/.test(RUNMETA_CONCURRENCY))
  throw new Error('RUNMETA_CONCURRENCY must be a whole number')

/**
 * The most requests at once, over all keys: that times the rate of one server bounds what a key can do.
 * None by default: what is reserved is taken from the account's other functions, and a new account has none to give.
 */
export const concurrency = RUNMETA_CONCURRENCY ? { concurrency: { reserved: Number(RUNMETA_CONCURRENCY) } } : {}
