import { Client } from '@runmeta/sdk'
import type { Endpoint } from '@runmeta/sdk/http/endpoint'
import { type Connection, connect } from '@runmeta/sdk/options'
import type { Command } from 'commander'
import { type EndpointOptions, endpointOf } from './endpoint.ts'
import { type Output, outputOf } from './output.ts'

/** The options of every command. */
interface GlobalOptions extends EndpointOptions {
  readonly json?: boolean
}

/** The client and the output of a command. */
export interface Session extends Endpoint {
  readonly client: Client
  /** For calls whose JSON is sent and shown unparsed. */
  readonly connection: Connection
  readonly output: Output
}

/** The number of retries while a person waits. */
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

/** The options of a command, including the common ones. */
export const optionsOf = <Options extends object>(command: Command): GlobalOptions & Options =>
  command.optsWithGlobals<GlobalOptions & Options>()
