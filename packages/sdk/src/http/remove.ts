import type { ApiError } from '../error/api.ts'
import type { ValueObject } from '../value/value.ts'
import type { Reply } from './reply.ts'
import { type Settings, send, type Waiting } from './send.ts'

/** Decodes a reply without a body. */
export const isDone = (_: ValueObject, { status }: Reply): true | undefined => status === 204 || undefined

/** Sends a DELETE. @param Absent the error of the API if nothing is at the path */
export async function remove(
  settings: Settings,
  path: string,
  waiting: Waiting,
  Absent: typeof ApiError,
): Promise<void> {
  // An earlier attempt deleted it, and its reply was lost.
  const settle = (error: unknown) => error instanceof Absent || undefined
  await send(settings, { method: 'DELETE', path, ...waiting, decode: isDone, settle })
}
