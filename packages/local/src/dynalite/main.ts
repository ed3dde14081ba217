import { once } from 'node:events'
import { mkdir, open, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import dynalite from 'dynalite'
import { LOCKED } from '../shell.ts'
import { mendIterators, mendRequests } from './mend.ts'
import { rebuild } from './rebuild.ts'
import { openStore } from './store.ts'

/** Milliseconds. */
const DRAIN_WITHIN = 3000
const POLL = 5
const SAY_EVERY = 1000

const say = (line: string): boolean => process.stderr.write(`${line}\n`)

const isLocked = (error: unknown): boolean =>
  error instanceof Error && (('code' in error && error.code === 'LEVEL_LOCKED') || isLocked(error.cause))

/** There from before the first request until after the last: where it is found, the last stop was unclean. */
function openMark(path: string) {
  return {
    isThere: () =>
      stat(path).then(
        () => true,
        () => false,
      ),
    set: async () => {
      const file = await open(path, 'w')
      await file.sync()
      await file.close()
    },
    clear: () => rm(path),
  }
}

/** Serves dynalite over a directory, as a process of its own, until it is told to stop. */
async function main(directory: string, port: number): Promise<void> {
  const path = join(directory, 'level')
  await mkdir(directory, { recursive: true })
  const level = await openStore(path)
  const mark = openMark(join(directory, 'open'))
  if (await mark.isThere()) {
    let said = performance.now()
    await rebuild(level, (items) => {
      if (performance.now() - said < SAY_EVERY) return
      say(`rebuilding its indexes after an unclean stop: ${items} items so far`)
      said = performance.now()
    })
  }
  await mark.set()
  mendIterators(level)
  await level.close()

  const server = dynalite({ path, createTableMs: 0 })
  const requests = mendRequests(server)
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  say(`listening on http://127.0.0.1:${port}`)
  await once(process, 'SIGTERM')
  const deadline = performance.now() + DRAIN_WITHIN
  while (!requests.areDone() && performance.now() < deadline) await delay(POLL)
  const isClean = requests.areDone()
  server.closeAllConnections()
  server.close((error) => {
    if (isClean && !error) void mark.clear().finally(() => process.exit(0))
    else process.exit(1)
  })
}

const [directory = '', port = ''] = process.argv.slice(2)
main(directory, Number(port)).catch((error: unknown) => {
  if (isLocked(error)) {
    say('in use by another server')
    process.exit(LOCKED)
  }
  say(error instanceof Error ? `${error.message} ${error.cause ?? ''}` : String(error))
  process.exit(1)
})
