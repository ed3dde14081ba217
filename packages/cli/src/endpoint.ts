import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { serverOf } from '@runmeta/local/presence'
import { dataDirectory } from '@runmeta/local/settings'
import type { Endpoint } from '@runmeta/sdk/http/endpoint'
import { CommandError, EXIT, wrongUsage } from './exit.ts'

/** The options `--url` and `--key`. */
export interface EndpointOptions {
  readonly url?: string
  readonly key?: string
}

type Environment = Readonly<Record<string, string | undefined>>

const originOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).origin : undefined)

/** The root key of the server on a data directory. */
async function localKey(env: Environment, directory: string): Promise<string | undefined> {
  if (env.RUNMETA_ROOT_KEY) return env.RUNMETA_ROOT_KEY
  return await readFile(join(directory, 'key'), 'utf8').catch(() => undefined)
}

/**
 * The server and the key: from the options, else from the environment, else those of the server on this machine's data
 * directory, whose key is only sent to that server.
 * @throws CommandError that says what to set
 */
export async function endpointOf({ url, key }: EndpointOptions, env: Environment): Promise<Endpoint> {
  const directory = dataDirectory(env)
  const here = await serverOf(directory)
  const named = url ?? (env.RUNMETA_URL || undefined)
  const address = named ?? here
  if (address === undefined) {
    const remedy = 'start one with `runmeta start`, or set RUNMETA_URL or --url to the address of one'
    throw new CommandError(EXIT.noAnswer, `no server is known, and none has run on ${directory}; ${remedy}`)
  }
  const place = url === undefined ? 'RUNMETA_URL' : '--url'
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) {
    throw wrongUsage(`${place} must be an address such as http://127.0.0.1:8787`)
  }
  const { origin, pathname, username, password } = new URL(address)
  if (username + password !== '') {
    throw wrongUsage(`${place} must not contain a user name or a password; set RUNMETA_API_KEY to an API key`)
  }
  const given = key ?? (env.RUNMETA_API_KEY || undefined)
  const isHere = here !== undefined && origin === originOf(here)
  const apiKey = (given ?? (isHere ? await localKey(env, directory) : undefined))?.trim()
  if (!apiKey) {
    const remedy = 'set RUNMETA_API_KEY to one, or RUNMETA_DATA to the directory of a server on this machine'
    throw new CommandError(EXIT.unauthorized, `no API key for ${origin}; ${remedy}`)
  }
  return { url: (origin + pathname).replace(/\/+$/, ''), apiKey }
}
