import { Command } from 'commander'
import { withExamples } from '../examples.ts'
import { wholeNumber } from '../option.ts'

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
      .option('--data <directory>', 'directory of the data and the key (RUNMETA_DATA, else .runmeta)')
      .action(async ({ port, host, data }: StartOptions) => {
        // Load the server only to start one.
        const { start } = await import('@runmeta/local/start')
        const { env } = process
        await start({
          ...env,
          PORT: port?.toString() ?? env.PORT,
          HOST: host ?? env.HOST,
          RUNMETA_DATA: data ?? env.RUNMETA_DATA,
        })
      }),
    'runmeta start',
    'runmeta start --port 9000 --data ./metadata',
  )
