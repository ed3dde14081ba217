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

/** What a terminal may take as a command, or not show. */
const UNSEEN = /[\p{C}\u2028\u2029]/gu

/** A line for a person, who sees as well why a request was refused. */
function readable({ method, route, status, code, duration, key, requestId }: Answered, time: string, detail?: string) {
  const line = `${time.slice(11)} ${method} ${route} ${status} ${duration} ms ${key ?? '-'} ${requestId}`
  const why = [code, detail?.replace(UNSEEN, '?')].filter((text) => text !== undefined)
  return why.length === 0 ? line : `${line} ${why.join(' ')}`
}

/** Writes a line for each request: JSON, or text on a terminal. A reader that stops reading stops nothing else. */
export function requestLog(options: RequestLogOptions): (request: Answered, detail?: string) => void {
  const { isTerminal, stream, level = isTerminal ? 'refused' : 'all' } = options
  const least = { all: 0, refused: REFUSED, none: Number.POSITIVE_INFINITY }[level]
  let dropped = 0
  // Whoever read it is gone: what is left is not worth the server's end.
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
