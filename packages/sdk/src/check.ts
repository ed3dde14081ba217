import { ConfigurationError } from './error/local.ts'
import { nearest } from './fields.ts'
import type { ClientOptions } from './options.ts'

type Rule = readonly [rule: string, holds: (given: unknown) => boolean]

/** What each option must be; text and functions are not checked. */
const RULES: Readonly<Record<keyof ClientOptions, Rule | undefined>> = {
  url: undefined,
  apiKey: undefined,
  fetch: undefined,
  timeout: ['be milliseconds, more than 0', (ms) => Number(ms) > 0],
  totalTimeout: ['be milliseconds, more than 0', (ms) => Number(ms) > 0],
  retries: ['be a number, 0 or more', (count) => Number(count) >= 0],
  onError: [
    "be 'throw' or 'warn' or a function",
    (given) => typeof given === 'function' || isOf(given, 'throw', 'warn'),
  ],
  nonFinite: ["be 'refuse', 'null' or 'string'", (given) => isOf(given, 'refuse', 'null', 'string')],
  numbers: ["be 'native' or 'literal'", (given) => isOf(given, 'native', 'literal')],
}

const isOf = (given: unknown, ...choices: string[]): boolean => choices.some((choice) => choice === given)

/** @throws ConfigurationError for a misspelt option or an invalid value */
export function checkOptions(options: ClientOptions): void {
  const rules = new Map<string, Rule | undefined>(Object.entries(RULES))
  for (const [name, value] of Object.entries(options)) {
    // Ignore names that resemble no option: callers often pass an object with other members.
    const meant = rules.has(name) ? undefined : nearest(name, [...rules.keys()], { token: 'apiKey' })
    if (meant !== undefined) throw new ConfigurationError(`unknown option ${name}; did you mean ${meant}?`)
    const [rule, holds] = rules.get(name) ?? []
    if (value !== undefined && holds?.(value) === false) throw new ConfigurationError(`${name} must ${rule}`)
  }
}
