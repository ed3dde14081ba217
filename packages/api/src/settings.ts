import type { Deps } from './env.ts'
import { createBuckets } from './limit/bucket.ts'
import { rateOf } from './limit/rated.ts'

type Env = Readonly<Record<string, string | undefined>>

const NUMBER = /^\d{1,9}$/

const isOrigin = (text: string): boolean =>
  text === '*' || (!text.includes('*') && URL.canParse(text) && new URL(text).origin === text)

function origins(text: string | undefined): Pick<Deps, 'origins'> {
  if (!text) return {}
  const list = text.split(',').map((origin) => origin.trim())
  if (list.every(isOrigin)) return { origins: list }
  throw new Error('RUNMETA_CORS_ORIGINS must be comma-separated origins, such as https://app.example.com, or *')
}

function rate(text: string | undefined, usual: number): Pick<Deps, 'rate'> {
  if (text && !NUMBER.test(text))
    throw new Error('RUNMETA_RATE_LIMIT must be a whole number of units per second, or 0 for no limit')
  const perSecond = text ? Number(text) : usual
  return perSecond === 0 ? {} : { rate: createBuckets(rateOf(perSecond)) }
}

/** The API's settings from the environment variables. @throws Error that names the variable to correct. */
export const apiSettings = (env: Env, usual: { readonly rate: number }): Pick<Deps, 'origins' | 'rate'> => ({
  ...origins(env.RUNMETA_CORS_ORIGINS),
  ...rate(env.RUNMETA_RATE_LIMIT, usual.rate),
})
