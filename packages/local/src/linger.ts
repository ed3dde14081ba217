import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

/** The latest request of each connection. */
const requests = new WeakMap<Socket, IncomingMessage>()

/**
 * Lets a client read the reply to a request whose body it is still sending. Node closes such a connection together with the
 * reply, which resets it: the client then often sees a broken pipe instead of the reply. With this, the server ends only its
 * own side, and closes the connection when it has read the rest of the body.
 * @param ms How long it reads
 */
export function linger(request: IncomingMessage, ms: number): void {
  const { socket } = request
  const isFirst = !requests.has(socket)
  requests.set(socket, request)
  if (!isFirst) return
  const close = socket.destroySoon.bind(socket)
  socket.destroySoon = () => {
    const last = requests.get(socket)
    if (last === undefined || last.complete || last.destroyed) return close()
    socket.end()
    const timer = setTimeout(close, ms).unref()
    socket.once('close', () => clearTimeout(timer))
    last.once('end', close)
    last.resume()
  }
}
