import { Failure } from '@runmeta/core/failure'
import { DamagedRow } from './codec.ts'

/** SQLite's primary result codes: https://www.sqlite.org/rescode.html */
const CODES = {
  5: 'busy',
  8: 'readonly',
  10: 'io',
  11: 'corrupt',
  13: 'full',
  14: 'cannotOpen',
  26: 'notADatabase',
} as const
type SqliteCode = (typeof CODES)[keyof typeof CODES]

/** The kind of an SQLite error. Undefined for other errors and other kinds. */
export function codeOf(error: unknown): SqliteCode | undefined {
  if (!(error instanceof Error && 'errcode' in error && typeof error.errcode === 'number')) return undefined
  // The lower byte of an extended code is the primary one.
  return (CODES as Readonly<Record<number, SqliteCode>>)[error.errcode & 0xff]
}

export const RESTORE = 'stop the server and put a backup in its place'

/** The message about a damaged file, with what to do. */
export const damaged = (file: string, detail: string): string => `${file} is damaged (${detail}); ${RESTORE}`

function reasonOf(file: string, error: unknown): string {
  if (error instanceof DamagedRow) return damaged(file, error.message)
  const message = error instanceof Error ? error.message : String(error)
  switch (codeOf(error)) {
    case 'corrupt':
    case 'notADatabase':
      return damaged(file, message)
    case 'full':
    case 'io':
      return `the disk of ${file} is full or fails (${message}); make room`
    case 'readonly':
      return `${file} may not be written to (${message})`
    case 'busy':
      return `another program keeps ${file} locked (${message})`
    default:
      return `${file}: ${message}`
  }
}

/** The failure for a caller of the table. Its cause names the file and the remedy, for the server's log. */
export function storeFailure(file: string, error: unknown): Failure {
  if (error instanceof Failure) return error
  return new Failure('store_unavailable', 'the store cannot read or write its file now; try again later', {
    cause: new Error(reasonOf(file, error), { cause: error }),
  })
}

/** The failure when the store does not respond in time. */
export const timedOut = (): Failure => new Failure('store_unavailable', 'the store did not answer in time; try again')
