import type { Writable } from 'node:stream'
import type { Answered } from '@runmeta/api/answered'

export const LOG_LEVELS = ['all', 'refused', 'none'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export interface RequestLogOptions {
  /** Which requests to log. @default 'refused' on a terminal, otherwise 'all' */
  readonly level?: LogLevel | undefined
  /** Whether the output is a terminal. */
  readonly isTerminal: boolean
  readonly stream: Writable
}

/** If the reader is this many bytes behind, further lines are dropped and counted. */
const BEHIND = 1024 * 1024

const REFUSED = 400

/** Characters that a terminal may interpret as commands, or not show. */
const UNSEEN = /[\p{C}\u2028\u2029]/gu

/** A line of text, which includes why a request was refused. */
function readable({ method, route, status, code, duration, key, requestId }: Answered, time: string, detail?: string) {
  const line = `${time.slice(11)} ${method} ${route} ${status} ${duration} ms ${key ?? '-'} ${requestId}`
  const why = [code, detail?.replace(UNSEEN, '?')].filter((text) => text !== undefined)
  return why.length === 0 ? line : `${line} ${why.join(' ')}`
}

/** Writes a line for each request: text on a terminal, otherwise JSON. A reader that stops reading does not block the server. */
export function requestLog(options: RequestLogOptions): (request: Answered, detail?: string) => void {
  const { isTerminal, stream, level = isTerminal ? 'refused' : 'all' } = options
  const least = { all: 0, refused: REFUSED, none: Number.POSITIVE_INFINITY }[level]
  let dropped = 0
  // The reader is gone. Losing the log must not end the server.
  stream.on('error', () => undefined)
  return (request, detail) => {
    if (request.status < least || !stream.writable) return
    if (stream.writableLength > BEHIND) {
      dropped++
      return
    }
    const time = new Date().toISOString()
    const line = isTerminal
      ? readable(request, time, detail)
      : JSON.stringify({ time, ...request, ...(dropped > 0 ? { dropped } : {}) })
    dropped = 0
    stream.write(`${line}\n`)
  }
}
