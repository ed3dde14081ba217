import { ConfigurationError } from '../error/local.ts'
import { environment } from '../host.ts'

/** Where the API is, and the key to it. */
export interface Endpoint {
  /** Without a slash at its end. */
  readonly url: string
  readonly apiKey: string
}

/**
 * The endpoint that options name, or else the environment. It is asked for by each call, so that a client can be made
 * before the environment is set.
 *
 * @throws ConfigurationError where either is missing or cannot be used
 */
export function endpoint(options: {
  readonly url?: string | undefined
  readonly apiKey?: string | undefined
}): Endpoint {
  const url = options.url ?? environment('RUNMETA_URL')
  const apiKey = apiKeyOf(options)
  if (url === undefined) throw fault('no URL', URL_PLACE)
  if (!apiKey) throw fault('no API key', KEY_PLACE)
  // A header's value is shown by the error that refuses it, so a bad one must not get that far.
  if (!/^[\x21-\x7e]+$/.test(apiKey)) throw fault('the API key has characters that no key has', KEY_PLACE)
  return { url: baseOf(url), apiKey }
}

const URL_PLACE = 'RUNMETA_URL or the option url, such as http://127.0.0.1:8787'
const KEY_PLACE = 'RUNMETA_API_KEY or the option apiKey'

const fault = (what: string, place: string) => new ConfigurationError(`${what}: set ${place}`)

/** The key that options name, or else the environment, without the line break that a file may end in. */
export const apiKeyOf = ({ apiKey }: { readonly apiKey?: string | undefined }): string | undefined =>
  (apiKey ?? environment('RUNMETA_API_KEY'))?.trim()

function baseOf(text: string): string {
  const { protocol, username, password, origin, pathname } = parse(text)
  if (!/^https?:$/.test(protocol)) throw fault('the URL must begin with http:// or https://', URL_PLACE)
  if (username + password !== '') throw fault('the URL must not hold credentials', KEY_PLACE)
  return (origin + pathname).replace(/\/+$/, '')
}

function parse(text: string): URL {
  try {
    return new URL(text)
  } catch {
    // The cause would show the text, and with it any credentials.
    throw fault('invalid URL', URL_PLACE)
  }
}
