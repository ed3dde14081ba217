import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Level } from 'dynalite/db/index.js'

/**
 * dynalite ends a query by `return()` of the database's iterator, which has `close()` only: each query would keep its
 * snapshot, about 8 KB, for good.
 */
export function mendIterators(level: Level): void {
  const iterator = level.keys({ gte: '', lt: '' })
  let prototype: object | null = Object.getPrototypeOf(iterator)
  while (prototype !== null && !Object.hasOwn(prototype, 'close')) prototype = Object.getPrototypeOf(prototype)
  if (prototype === null) throw new Error('the iterators of this LevelDB have no close()')
  Object.defineProperty(prototype, 'return', {
    value(this: typeof iterator) {
      return this.close()
    },
  })
  void iterator.close()
}

/** Requests that dynalite may still write for. */
export interface Requests {
  areDone(): boolean
}

/**
 * dynalite throws the error of a request, so that a client that goes away would end the process. Its listener goes; Node
 * emits no error where nobody listens.
 */
export function mendRequests(server: Server): Requests {
  const open = new Map<ServerResponse, IncomingMessage>()
  // A reply is the last thing it does with a request; one whose body never came whole does nothing at all.
  const sweep = () => {
    for (const [response, request] of open) {
      if (response.writableEnded || (request.destroyed && !request.complete)) open.delete(response)
    }
  }
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    request.removeAllListeners('error')
    open.set(response, request)
    response.once('close', sweep)
  })
  return {
    areDone: () => {
      sweep()
      return open.size === 0
    },
  }
}
