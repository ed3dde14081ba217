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
  if (url === undefined) {
    throw new ConfigurationError('no URL: set RUNMETA_URL or the option url, such as http://127.0.0.1:8787')
  }
  if (apiKey === undefined || apiKey === '') {
    throw new ConfigurationError('no API key: set RUNMETA_API_KEY or the option apiKey')
  }
  // A header's value is shown by the error that refuses it, so a bad one must not get that far.
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new ConfigurationError(
      'the API key has characters that no key has: check RUNMETA_API_KEY or the option apiKey',
    )
  }
  return { url: baseOf(url), apiKey }
}

/** The key that options name, or else the environment, without the line break that a file may end in. */
export const apiKeyOf = ({ apiKey }: { readonly apiKey?: string | undefined }): string | undefined =>
  (apiKey ?? environment('RUNMETA_API_KEY'))?.trim()

function baseOf(text: string): string {
  const url = parse(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new ConfigurationError(
      'invalid URL: it must begin with http:// or https://; check RUNMETA_URL or the option url',
    )
  }
  if (url.username !== '' || url.password !== '') {
    throw new ConfigurationError('the URL must not hold credentials: set RUNMETA_API_KEY or the option apiKey')
  }
  let { pathname } = url
  while (pathname.endsWith('/')) pathname = pathname.slice(0, -1)
  return url.origin + pathname
}

function parse(text: string): URL {
  try {
    return new URL(text)
  } catch {
    // The cause would show the text, and with it any credentials.
    throw new ConfigurationError(
      'invalid URL: it must begin with http:// or https://; check RUNMETA_URL or the option url',
    )
  }
}
