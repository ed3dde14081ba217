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
type CreatedFields = RunFields & { readonly isNew: boolean }

/** See {@link Client.createRun}. With `withNewRun` as the call, a run of this name must not exist yet. */
export async function createRun(
  connection: Connection,
  run: NewRun,
  { signal, call = 'createRun' }: CallOptions & { readonly call?: 'createRun' | 'withNewRun' },
): Promise<CreatedFields> {
  checkFields(call, run, RUN_FIELDS)
  if (isDisabled()) return standIn(run)
  // With an id from here, a retry finds the run that the first attempt may have created.
  const isNameless = call === 'withNewRun' || run.name === undefined
  const ownId = run.id === undefined && isNameless ? randomId() : undefined
  const body = JSON.stringify({ ...run, id: ownId ?? run.id })
  const decode = (body: ValueObject, { status }: Reply): CreatedFields | undefined => {
    const fields = decodeRun(body)
    return fields && { ...fields, isNew: status === 201 || fields.id === ownId }
  }
  return await send(connection, { method: 'POST', path: '/v1/runs', body, signal, decode })
}

/** A run that exists only in this process and is not stored. */
export function standIn({ id = randomId(), name = id, pipeline, status = 'running' }: NewRun): CreatedFields {
  const fields = { id, name, status, createdAt: new Date().toISOString(), isNew: true }
  return pipeline === undefined ? fields : { ...fields, pipeline }
}
