import { createHash } from 'node:crypto'
import { Failure } from './failure.ts'

/** Cursors: where a listing stopped, and of which call it is. Opaque to callers, and of no use for another call. */

type State = readonly (string | number | boolean)[]

/** Reads the state that a call put into its cursors. Anyone can make a cursor, so it may hold any JSON value; nothing for another shape. */
type Decode<T> = (state: readonly unknown[]) => T | undefined

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

/** @throws Failure `bad_request` unless this very call gave the cursor, with a state that it can go on from. */
export function fromCursor<T>(call: readonly unknown[], cursor: string, decode: Decode<T>): T {
  const bytes = Buffer.from(cursor, 'base64url')
  const text = bytes.subarray(CHECK_BYTES).toString()
  const isOurs = bytes.toString('base64url') === cursor && checkOf(call, text).equals(bytes.subarray(0, CHECK_BYTES))
  const state = isOurs ? jsonIn(text) : undefined
  const decoded = Array.isArray(state) ? decode(state) : undefined
  if (decoded !== undefined) return decoded
  throw new Failure(
    'bad_request',
    'cursor: does not belong to this call; send `next` of the previous page, with the same parameters',
  )
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
