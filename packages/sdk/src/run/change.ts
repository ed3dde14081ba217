import type { CallOptions } from '../call.ts'
import { RunNotFoundError } from '../error/api.ts'
import { checkFields } from '../fields.ts'
import { isDisabled } from '../host.ts'
import { remove } from '../http/remove.ts'
import { deadlineOf, send, type Waiting } from '../http/send.ts'
import type { Connection } from '../options.ts'
import { standIn } from './create.ts'
import { decodeRun, type RunFields } from './fields.ts'
import { CHANGE_FIELDS, type RunChanges } from './options.ts'
import { idOf, runPath } from './path.ts'

/** See {@link Client.updateRun}. */
export async function updateRun(
  connection: Connection,
  reference: string,
  changes: RunChanges,
  { signal }: CallOptions,
): Promise<RunFields> {
  checkFields('updateRun', changes, CHANGE_FIELDS)
  if (isDisabled()) {
    const { isNew: _, ...run } = standIn({ ...changes, name: changes.name ?? reference, expiresAt: undefined })
    return run
  }
  const waiting = { signal, until: deadlineOf(connection) }
  const id = await idFor(connection, reference, waiting)
  return await patch(connection, id, changes, waiting)
}

/** See {@link Client.deleteRun}. */
export async function deleteRun(connection: Connection, reference: string, { signal }: CallOptions): Promise<void> {
  if (isDisabled()) return
  const waiting = { signal, until: deadlineOf(connection) }
  await remove(connection, runPath(await idFor(connection, reference, waiting)), waiting, RunNotFoundError)
}

/**
 * Resolves a reference to an id. A retry by name could meet another run that was created since. An empty change
 * returns the run without its metadata.
 */
const idFor = async (connection: Connection, reference: string, waiting: Waiting): Promise<string> =>
  idOf(reference) ?? (await patch(connection, reference, {}, waiting)).id

function patch(connection: Connection, reference: string, changes: object, waiting: Waiting): Promise<RunFields> {
  const body = JSON.stringify(changes)
  return send(connection, { method: 'PATCH', path: runPath(reference), body, ...waiting, decode: decodeRun })
}
