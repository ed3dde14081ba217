import { ConfigurationError } from '../error/local.ts'
import { environment } from '../host.ts'

/** The address of the API and the API key. */
export interface Endpoint {
  /** Without a trailing slash. */
  readonly url: string
  readonly apiKey: string
}

/**
 * The endpoint from the options, else from the environment. Each call reads it, so that a client can be created
 * before the environment is set.
 *
 * @throws ConfigurationError if either is missing or invalid
 */
export function endpoint(options: {
  readonly url?: string | undefined
  readonly apiKey?: string | undefined
}): Endpoint {
  const url = options.url ?? environment('RUNMETA_URL')
  const apiKey = apiKeyOf(options)
  if (url === undefined) throw fault('no URL', URL_PLACE)
  if (!apiKey) throw fault('no API key', KEY_PLACE)
  // `fetch` shows an invalid header value in its error, so refuse an invalid key here.
  if (!/^[\x21-\x7e]+$/.test(apiKey)) throw fault('invalid API key', KEY_PLACE)
  return { url: baseOf(url), apiKey }
}

const URL_PLACE = 'RUNMETA_URL or the option url, such as http://127.0.0.1:8787'
const KEY_PLACE = 'RUNMETA_API_KEY or the option apiKey'

const fault = (what: string, place: string) => new ConfigurationError(`${what}: set ${place}`)

/** The key from the options, else from the environment, without a trailing line break as from a file. */
export const apiKeyOf = ({ apiKey }: { readonly apiKey?: string | undefined }): string | undefined =>
  (apiKey ?? environment('RUNMETA_API_KEY'))?.trim()

function baseOf(text: string): string {
  const { protocol, username, password, origin, pathname } = parse(text)
  if (!/^https?:$/.test(protocol)) throw fault('invalid URL', URL_PLACE)
  if (username + password !== '') throw fault('credentials in the URL', KEY_PLACE)
  return (origin + pathname).replace(/\/+$/, '')
}

function parse(text: string): URL {
  try {
    return new URL(text)
  } catch {
    // No `cause`: it would show the text, including any credentials.
    throw fault('invalid URL', URL_PLACE)
  }
}
