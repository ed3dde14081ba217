import { isEnough } from '@runmeta/schema/role'
import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'

/**
 * Checks the time that a caller gives to a run or a log in place of now, RFC 3339.
 * @throws Failure `forbidden` below the role `admin`, `bad_request` for a time in the future
 */
export function checkCreatedAt({ clock, role }: Pick<Context, 'clock' | 'role'>, createdAt: string | undefined): void {
  if (createdAt === undefined) return
  if (!isEnough(role, 'admin')) {
    const detail = `authorization: createdAt is for imports, and needs a key with the role admin or higher; the caller has the role ${role}`
    throw new Failure('forbidden', detail)
  }
  if (Date.parse(createdAt) <= clock.now()) return
  throw new Failure('bad_request', 'createdAt: is in the future; send a time in the past, or leave it out')
}
