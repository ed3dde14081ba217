import { Command } from 'commander'
import { withExamples } from '../examples.ts'
import { wholeNumber } from '../number.ts'

interface StartOptions {
  readonly port?: number
  readonly host?: string
  readonly data?: string
}

/** `runmeta start` */
export const startCommand = (): Command =>
  withExamples(
    new Command('start')
      .description('Serve the API and the dashboard from one SQLite file')
      .option('--port <number>', 'port to listen on, 0 for any free one (PORT, else 8787)', wholeNumber(0, 65_535))
      .option('--host <address>', 'address to listen on (HOST, else 127.0.0.1)')
      .option('--data <directory>', 'where the data and the key are kept (RUNMETA_DATA, else .runmeta)')
      .action(async ({ port, host, data }: StartOptions) => {
        const given = { PORT: port?.toString(), HOST: host, RUNMETA_DATA: data }
        const named = Object.entries(given).filter(([, value]) => value !== undefined)
        // Load the server only to start one.
        const { start } = await import('@runmeta/local/start')
        await start({ ...process.env, ...Object.fromEntries(named) })
      }),
    'runmeta start',
    'runmeta start --port 9000 --data ./metadata',
  )
