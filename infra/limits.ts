/** The limits that environment variables of a deployment set: see docs/limits.md. */

const { RUNMETA_CORS_ORIGINS, RUNMETA_RATE_LIMIT, RUNMETA_CONCURRENCY } = process.env

/** Settings of the API. The function checks them when it starts. */
export const settings = {
  ...(RUNMETA_CORS_ORIGINS ? { RUNMETA_CORS_ORIGINS } : {}),
  ...(RUNMETA_RATE_LIMIT ? { RUNMETA_RATE_LIMIT } : {}),
}

if (RUNMETA_CONCURRENCY && !/^\d{1,4}$/.test(RUNMETA_CONCURRENCY))
  throw new Error('RUNMETA_CONCURRENCY must be a whole number')

/**
 * The most concurrent requests of all keys. With the rate limit of one server it bounds the rate of a key.
 * None by default: reserved concurrency is taken from the account's other functions, and a new account has none to spare.
 */
export const concurrency = RUNMETA_CONCURRENCY ? { concurrency: { reserved: Number(RUNMETA_CONCURRENCY) } } : {}
