import type { RunmetaError } from './error/error.ts'
import { ConfigurationError } from './error/local.ts'
import { unknownField } from './fields.ts'
import { environment } from './host.ts'
import type { Fetch } from './http/fetch.ts'
import { RETRY } from './http/retry.ts'
import type { Settings } from './http/send.ts'
import { newSlots } from './http/slots.ts'
import type { NonFinite } from './value/write.ts'

/** What happens where a log fails: it throws, it warns on the console, or a function is told. */
export type OnError = 'throw' | 'warn' | ((error: RunmetaError) => unknown)

/** How a client is set up. */
export interface ClientOptions {
  /** Where the API is; it may have a path. @default `RUNMETA_URL`, read by each call */
  readonly url?: string | undefined
  /** An API key; a run token for a client that logs to its run. @default `RUNMETA_API_KEY`, read by each call */
  readonly apiKey?: string | undefined
  /** Sends the requests. @default the global one, as it is when a call is made */
  readonly fetch?: Fetch | undefined
  /** Milliseconds within which the reply to one attempt must be complete. @default 20_000 */
  readonly timeout?: number | undefined
  /** Milliseconds for a whole call, with its repeats and the waits between them. @default 60_000 */
  readonly totalTimeout?: number | undefined
  /** How often a call is repeated, at most. A connection found closed is tried again besides, once. @default 4 */
  readonly retries?: number | undefined
  /** What happens when a log fails; all other calls throw. @default `RUNMETA_ON_ERROR` (`throw` or `warn`), else 'throw' */
  readonly onError?: OnError | undefined
  /** What becomes of `NaN` and `Infinity`: an error, `null`, or the text `"NaN"`. @default 'refuse' */
  readonly nonFinite?: NonFinite | undefined
  /**
   * How numbers are read: `'native'` as `number`, `bigint` or, where neither holds them, `NumberLiteral`; `'literal'` as
   * `NumberLiteral` always, each with its text. @default 'native'
   */
  readonly numbers?: 'native' | 'literal' | undefined
}

const OPTIONS = [
  'url',
  'apiKey',
  'fetch',
  'timeout',
  'totalTimeout',
  'retries',
  'onError',
  'nonFinite',
  'numbers',
] as const satisfies (keyof ClientOptions)[]

/** What a client works with. */
export interface Connection extends Settings {
  readonly onError: OnError | undefined
  readonly nonFinite: NonFinite
  readonly numbers: 'native' | 'literal'
  /** The greatest of this client's logs: sent along, it makes the next log the later one, whichever server it meets. */
  position: string | undefined
}

/** @throws ConfigurationError for an unknown option, a time or a number of retries out of range */
export function connect(options: ClientOptions): Connection {
  const fault = unknownField('Client', options, OPTIONS)
  if (fault !== undefined) throw new ConfigurationError(fault)
  const { url, apiKey, fetch, timeout = 20_000, totalTimeout = 60_000, retries = RETRY.retries, onError } = options
  const { nonFinite = 'refuse', numbers = 'native' } = options
  // Written so that NaN is refused, too.
  if (!(timeout > 0)) throw new ConfigurationError('timeout must be milliseconds, more than 0')
  if (!(totalTimeout > 0)) throw new ConfigurationError('totalTimeout must be milliseconds, more than 0')
  if (!(retries >= 0)) throw new ConfigurationError('retries must be a number, 0 or more')
  if (onError !== undefined && typeof onError !== 'function')
    oneOf('onError', onError, ['throw', 'warn'], ' or a function')
  oneOf('nonFinite', nonFinite, ['refuse', 'null', 'string'])
  oneOf('numbers', numbers, ['native', 'literal'])
  const transport = { fetch, slots: newSlots(), omitsCache: false }
  const own = { onError, nonFinite, numbers, position: undefined }
  return { url, apiKey, timeout, totalTimeout, retries, ...transport, ...own }
}

/** What a client does when a log fails, by its option or by the environment. @throws ConfigurationError */
export function onErrorOf({ onError }: Connection): OnError {
  if (onError !== undefined) return onError
  const given = environment('RUNMETA_ON_ERROR') ?? 'throw'
  oneOf('RUNMETA_ON_ERROR', given, ['throw', 'warn'])
  return given
}

function oneOf<Choice extends string>(
  name: string,
  given: string,
  choices: readonly Choice[],
  other = '',
): asserts given is Choice {
  if (choices.some((choice) => choice === given)) return
  throw new ConfigurationError(`${name} must be ${choices.map((choice) => `'${choice}'`).join(' or ')}${other}`)
}
