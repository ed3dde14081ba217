import { Client } from '@runmeta/sdk'
import { type Connection, connect } from '@runmeta/sdk/options'
import type { Command } from 'commander'
import { type EndpointOptions, endpointOf } from './endpoint.ts'
import { type Output, outputOf } from './output.ts'

/** What every command takes. */
export interface GlobalOptions extends EndpointOptions {
  readonly json?: boolean
}

/** What a command works with. */
export interface Session {
  readonly url: string
  readonly apiKey: string
  readonly client: Client
  /** For calls whose texts are sent and shown as they are. */
  readonly connection: Connection
  readonly output: Output
}

/** Repeats of a call of a person who waits. */
const RETRIES = 2

/** A session of the server that the options or the environment name. @throws CommandError that says what to set */
export async function sessionOf(options: GlobalOptions): Promise<Session> {
  const { url, apiKey } = await endpointOf(options, process.env)
  const settings = { url, apiKey, numbers: 'literal', retries: RETRIES, onError: 'throw' } as const
  return {
    url,
    apiKey,
    client: new Client(settings),
    connection: connect(settings),
    output: outputOf(options.json === true),
  }
}

/** The options of a command with those that every command takes. */
export const optionsOf = <Options extends object>(command: Command): GlobalOptions & Options =>
  command.optsWithGlobals<GlobalOptions & Options>()
