import { buildCommand } from '../../scripts/command.ts'
import { buildServer } from '../../scripts/server.ts'
import { buildWeb } from '../../scripts/web.ts'

/** Builds what tests start as processes: the server of `npm start`, the dashboard and the command. */
export async function setup(): Promise<void> {
  await Promise.all([buildServer(), buildWeb(), buildCommand()])
}
