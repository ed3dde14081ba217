import { EventEmitter, on } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { close, listen } from './socket.ts'

/** The messages of a process: it waits for an event, has handled one, or has ended. */
type Message =
  | { readonly kind: 'next'; readonly outgoing: ServerResponse }
  | { readonly kind: 'response' | 'error' | 'init error' | 'exit'; readonly text: string }

interface RuntimeApi {
  readonly address: string
  /** The next message, which may have arrived already. */
  told(): Promise<Message>
  tell(message: Message): void
  stop(): Promise<void>
}

const PREFIX = '/2018-06-01/runtime/'
const RESULT = /^invocation\/[0-9a-f-]{36}\/(response|error)$/

/** Lambda's Runtime API for one process. */
export async function startRuntimeApi(): Promise<RuntimeApi> {
  const process = new EventEmitter()
  const messages = on(process, 'message')
  const tell = (message: Message) => void process.emit('message', message)

  const server = createServer(async (incoming, outgoing) => {
    const text = Buffer.concat(await incoming.toArray()).toString()
    const path = incoming.url?.startsWith(PREFIX) ? incoming.url.slice(PREFIX.length) : ''
    if (incoming.method === 'GET' && path === 'invocation/next') return tell({ kind: 'next', outgoing })
    const result = RESULT.exec(path)?.[1]
    if (incoming.method !== 'POST' || (result === undefined && path !== 'init/error')) {
      outgoing.writeHead(404).end()
      return
    }
    outgoing.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}')
    if (result === undefined) tell({ kind: 'init error', text })
    else tell({ kind: result === 'response' ? 'response' : 'error', text })
  })
  return {
    address: await listen(server),
    tell,
    async told() {
      const { value } = await messages.next()
      return value[0]
    },
    stop: () => close(server),
  }
}
