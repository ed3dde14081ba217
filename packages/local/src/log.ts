import type { Writable } from 'node:stream'
import type { Answered } from '@runmeta/api/answered'

export const LOG_LEVELS = ['all', 'refused', 'none'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

interface RequestLogOptions {
  /** Which requests to log. @default 'refused' on a terminal, otherwise 'all' */
  readonly level?: LogLevel | undefined
  /** Whether the output is a terminal. */
  readonly isTerminal: boolean
  readonly stream: Writable
}

/** If the reader is more bytes behind, further lines are dropped and counted. */
const MAX_BEHIND_BYTES = 1024 * 1024

/** Characters that a terminal may interpret as commands, or not show. */
const UNPRINTABLE = /[\p{C}\u2028\u2029]/gu

/** A line of text, which includes why a request was refused. */
function readable({ method, route, status, code, duration, key, requestId }: Answered, time: string, detail?: string) {
  const line = `${time.slice(11)} ${method} ${route} ${status} ${duration} ms ${key ?? '-'} ${requestId}`
  const why = [code, detail?.replace(UNPRINTABLE, '?')].filter((text) => text !== undefined)
  return why.length === 0 ? line : `${line} ${why.join(' ')}`
}

/** Writes a line for each request: text on a terminal, otherwise JSON. A reader that stops reading does not block the server. */
export function requestLog(options: RequestLogOptions): (request: Answered, detail?: string) => void {
  const { isTerminal, stream, level = isTerminal ? 'refused' : 'all' } = options
  const minimum = { all: 0, refused: 400, none: Number.POSITIVE_INFINITY }[level]
  let dropped = 0
  // If the reader is gone, the log is lost, but the server goes on.
  stream.on('error', () => undefined)
  return (request, detail) => {
    if (request.status < minimum || !stream.writable) return
    if (stream.writableLength > MAX_BEHIND_BYTES) {
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
