import type { Writable } from 'node:stream'
import type { Answered } from '@runmeta/api/answered'

export const LOG_LEVELS = ['all', 'refused', 'none'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export interface RequestLogOptions {
  /** Which requests; all of them by default, those that were refused on a terminal. */
  readonly level?: LogLevel | undefined
  /** Whether a person reads it, and not a program. */
  readonly isTerminal: boolean
  readonly stream: Writable
}

/** Bytes that a reader may be behind; what comes then is left out, and counted. */
const BEHIND = 1024 * 1024

const REFUSED = 400

/** A line for a person. */
function readable({ method, route, status, duration, key, requestId }: Answered, time: string): string {
  return `${time.slice(11)} ${method} ${route} ${status} ${duration} ms ${key ?? '-'} ${requestId}`
}

/** Writes a line for each request: JSON, or text on a terminal. A reader that stops reading stops nothing else. */
export function requestLog(options: RequestLogOptions): (request: Answered) => void {
  const { isTerminal, stream, level = isTerminal ? 'refused' : 'all' } = options
  const least = { all: 0, refused: REFUSED, none: Number.POSITIVE_INFINITY }[level]
  let dropped = 0
  // Whoever read it is gone: what is left is not worth the server's end.
  stream.on('error', () => undefined)
  return (request) => {
    if (request.status < least || !stream.writable) return
    if (stream.writableLength > BEHIND) {
      dropped++
      return
    }
    const time = new Date().toISOString()
    const line = isTerminal
      ? readable(request, time)
      : JSON.stringify({ time, ...request, ...(dropped > 0 ? { dropped } : {}) })
    dropped = 0
    stream.write(`${line}\n`)
  }
}
