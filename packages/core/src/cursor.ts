import { createHash } from 'node:crypto'
import { Failure } from './failure.ts'

type State = readonly (string | number | boolean)[]

/** Decodes the state in a cursor. Anyone can forge a cursor with any JSON array in it: return undefined for another shape. */
type Decode<T> = (state: readonly unknown[]) => T | undefined

const CHECK_BYTES = 9

const checkOf = (call: readonly unknown[], state: string): Buffer =>
  createHash('sha256')
    .update(JSON.stringify([call, state]))
    .digest()
    .subarray(0, CHECK_BYTES)

/** Makes an opaque cursor of where a listing stopped. `call` is its verb, its run and its parameters. */
export function toCursor(call: readonly unknown[], state: State): string {
  const text = JSON.stringify(state)
  return Buffer.concat([checkOf(call, text), Buffer.from(text)]).toString('base64url')
}

/**
 * @param names The names of the parameter and of the member of a reply that it comes from.
 * @throws Failure `bad_request` if the cursor is from another call or its state is invalid
 */
export function fromCursor<T>(
  call: readonly unknown[],
  cursor: string,
  decode: Decode<T>,
  names: readonly [parameter: string, member: string] = ['cursor', 'next'],
): T {
  const bytes = Buffer.from(cursor, 'base64url')
  const text = bytes.subarray(CHECK_BYTES).toString()
  const isOurs = bytes.toString('base64url') === cursor && checkOf(call, text).equals(bytes.subarray(0, CHECK_BYTES))
  const state = isOurs ? jsonIn(text) : undefined
  const decoded = Array.isArray(state) ? decode(state) : undefined
  if (decoded !== undefined) return decoded
  const [parameter, member] = names
  const advice = `send \`${member}\` of the previous page, with the same parameters`
  throw new Failure('bad_request', `${parameter}: does not belong to this call; ${advice}`)
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
