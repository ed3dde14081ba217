import type { CallOptions } from '../call.ts'
import { checkFields } from '../fields.ts'
import { isDisabled, randomId } from '../host.ts'
import type { Reply } from '../http/reply.ts'
import { send } from '../http/send.ts'
import type { Connection } from '../options.ts'
import type { ValueObject } from '../value/value.ts'
import { decodeRun, type RunFields } from './fields.ts'
import { type NewRun, RUN_FIELDS } from './options.ts'

/** A run, and whether the call created it. */
export type CreatedFields = RunFields & { readonly isNew: boolean }

/** See {@link Client.createRun}. */
export async function createRun(connection: Connection, run: NewRun, { signal }: CallOptions): Promise<CreatedFields> {
  checkFields('createRun', run, RUN_FIELDS)
  // With an id from here, a retry finds the run that the first attempt may have created.
  const ownId = run.id === undefined && run.name === undefined ? randomId() : undefined
  const { isNew, ...fields } = await post(connection, ownId === undefined ? run : { ...run, id: ownId }, signal)
  return { ...fields, isNew: isNew || fields.id === ownId }
}

/** Creates a run that must not exist yet. @throws NameTakenError, IdTakenError */
export async function createNewRun(
  connection: Connection,
  { signal, ...run }: NewRun & CallOptions,
): Promise<CreatedFields> {
  checkFields('withNewRun', run, RUN_FIELDS)
  const id = run.id ?? randomId()
  const { isNew, ...fields } = await post(connection, { ...run, id }, signal)
  return { ...fields, isNew: isNew || run.id === undefined }
}

async function post(connection: Connection, run: NewRun, signal: AbortSignal | undefined): Promise<CreatedFields> {
  if (isDisabled()) return standIn(run)
  const body = JSON.stringify(run)
  const decode = (body: ValueObject, { status }: Reply): CreatedFields | undefined => {
    const fields = decodeRun(body)
    return fields && { ...fields, isNew: status === 201 }
  }
  return await send(connection, { method: 'POST', path: '/v1/runs', body, signal, decode })
}

/** A run that exists only in this process and is not stored. */
export function standIn({ id = randomId(), name = id, pipeline, status = 'running' }: NewRun): CreatedFields {
  const fields = { id, name, status, createdAt: new Date().toISOString(), isNew: true }
  return pipeline === undefined ? fields : { ...fields, pipeline }
}
