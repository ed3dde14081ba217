import { createHash } from 'node:crypto'
import { Failure } from './failure.ts'

/** Cursors: where a listing stopped, and of which call it is. Opaque to callers, and of no use for another call. */

type State = readonly (string | boolean)[]

const CHECK_BYTES = 9

const checkOf = (call: readonly unknown[], state: string): Buffer =>
  createHash('sha256')
    .update(JSON.stringify([call, state]))
    .digest()
    .subarray(0, CHECK_BYTES)

/** A cursor for the call that `call` describes: its verb, its run, its parameters. */
export function toCursor(call: readonly unknown[], state: State): string {
  const text = JSON.stringify(state)
  return Buffer.concat([checkOf(call, text), Buffer.from(text)]).toString('base64url')
}

/** @throws Failure `bad_request` where the cursor is not one that this very call gave. */
export function fromCursor(call: readonly unknown[], cursor: string): State {
  const bytes = Buffer.from(cursor, 'base64url')
  const text = bytes.subarray(CHECK_BYTES).toString()
  const isOurs = bytes.toString('base64url') === cursor && checkOf(call, text).equals(bytes.subarray(0, CHECK_BYTES))
  if (isOurs) return JSON.parse(text) as State
  throw new Failure(
    'bad_request',
    'cursor: is not one of this call; send `next` of the page before, with the same parameters',
  )
}
