import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { dashboardFrom } from '@runmeta/api/dashboard/folder'
import { serve } from '@runmeta/local/serve'
import { WEB_FOLDER } from '../../../scripts/web.ts'
import type { Environment } from '../../bundle/environment.ts'
import { close, listen } from '../../bundle/socket.ts'
import { makeSubject } from '../../bundle/subject.ts'
import { httpApiEvent } from '../../lambda/events.ts'
import { ROOT_KEY } from '../../support/secrets.ts'

/** Where a dashboard and its API are. */
export interface Served {
  readonly url: string
  readonly rootKey: string
  stop(): Promise<void>
}

/** As `npm start` serves it. */
export async function serveLocally(): Promise<Served> {
  const directory = await mkdtemp(join(tmpdir(), 'runmeta-web-'))
  const serving = await serve({
    directory,
    host: '127.0.0.1',
    port: 0,
    tableName: 'runmeta',
    dashboard: dashboardFrom(pathToFileURL(`${WEB_FOLDER}/`)),
  })
  return {
    url: serving.url,
    rootKey: serving.rootKey.key,
    async stop() {
      await serving.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Stands for an HTTP API: events to the function, one at a time, and what comes of them back. */
function gateway(environment: Environment): Server {
  let turn: Promise<unknown> = Promise.resolve()
  const answer = async (incoming: IncomingMessage) => {
    const { pathname, search } = new URL(incoming.url ?? '/', 'http://gateway')
    const body = Buffer.concat(await incoming.toArray()).toString()
    const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]))
    const event = httpApiEvent({
      method: incoming.method ?? 'GET',
      rawPath: pathname,
      rawQueryString: search.slice(1),
      headers,
      ...(body === '' ? {} : { body }),
    })
    const mine = turn.then(() => environment.invoke(event))
    turn = mine.catch(() => undefined)
    return mine
  }
  return createServer((incoming, outgoing) => {
    void answer(incoming).then(
      ({ statusCode, headers, body, isBase64Encoded }) =>
        outgoing
          .writeHead(statusCode, { ...headers })
          .end(isBase64Encoded ? Buffer.from(body, 'base64') : Buffer.from(body)),
      () => outgoing.destroy(),
    )
  })
}

/** As the function's bundle serves it, behind an HTTP API. */
export async function serveFunction(): Promise<Served> {
  const subject = await makeSubject(process.execPath)
  // A person of these tests does in seconds what others do in hours.
  const server = gateway(await subject.start({ RUNMETA_RATE_LIMIT: '0' }))
  return {
    url: `http://${await listen(server)}`,
    rootKey: ROOT_KEY,
    async stop() {
      await close(server)
      await subject.stop()
    },
  }
}
