import type { RunmetaError } from './error/error.ts'
import { ConfigurationError } from './error/local.ts'
import { environment } from './host.ts'
import type { Fetch } from './http/fetch.ts'
import type { Settings } from './http/send.ts'
import { newSlots } from './http/slots.ts'
import type { Numbers } from './value/read.ts'
import type { NonFinite } from './value/write.ts'

/** What happens when a log fails: it throws, warns on the console, or calls a function. */
export type OnError = 'throw' | 'warn' | ((error: RunmetaError) => unknown)

/** The options of a client. */
export interface ClientOptions {
  /** The address of the API; may include a path. @default `RUNMETA_URL`, read by each call */
  readonly url?: string | undefined
  /** An API key, or a run token for a client that logs to its run. @default `RUNMETA_API_KEY`, read by each call */
  readonly apiKey?: string | undefined
  /** Sends the requests. @default the global `fetch` at the time of the call */
  readonly fetch?: Fetch | undefined
  /** Milliseconds within which the reply to one attempt must be complete. @default 20_000 */
  readonly timeout?: number | undefined
  /** Milliseconds for a whole call, including retries and the waits between them. @default 60_000 */
  readonly totalTimeout?: number | undefined
  /** The most retries of a call. A connection that turns out to be closed gets one additional retry. @default 4 */
  readonly retries?: number | undefined
  /** What happens when a log fails; all other calls throw. @default `RUNMETA_ON_ERROR` (`throw` or `warn`), else 'throw' */
  readonly onError?: OnError | undefined
  /** How to log `NaN` and `Infinity`: as an error, as `null`, or as the text `"NaN"`. @default 'refuse' */
  readonly nonFinite?: NonFinite | undefined
  /**
   * How numbers are read: `'native'` as `number`, `bigint` or, if neither can hold them, `NumberLiteral`; `'literal'` always as
   * `NumberLiteral` with the number's text. @default 'native'
   */
  readonly numbers?: Numbers | undefined
}

/** What a client works with. */
export interface Connection extends Settings {
  readonly onError?: OnError | undefined
  readonly nonFinite: NonFinite
  readonly numbers: Numbers
  /** The greatest position of this client's logs. The next log sends it, so that it is later, whichever server receives it. */
  position: string | undefined
}

/** A connection with its own position and queue. The options must have passed {@link checkOptions}. */
export const connect = (options: ClientOptions): Connection => ({
  ...options,
  timeout: options.timeout ?? 20_000,
  totalTimeout: options.totalTimeout ?? 60_000,
  retries: options.retries ?? 4,
  nonFinite: options.nonFinite ?? 'refuse',
  numbers: options.numbers ?? 'native',
  slots: newSlots(),
  omitsCache: false,
  position: undefined,
})

/** What a client does when a log fails, by its option or by the environment. @throws ConfigurationError */
export function onErrorOf({ onError }: Connection): OnError {
  if (onError !== undefined) return onError
  const given = environment('RUNMETA_ON_ERROR') ?? 'throw'
  if (given === 'throw' || given === 'warn') return given
  throw new ConfigurationError("RUNMETA_ON_ERROR must be 'throw' or 'warn'")
}
