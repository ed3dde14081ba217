import { badRequest } from './error/api.ts'

/** Names that belong to another call or to the wire, with the one that is meant. */
const MEANT: Readonly<Record<string, string>> = {
  step: 'stepName',
  stepName: 'step',
  limit: 'pageSize',
  relatedEntities: 'logRelatedEntities',
  run: 'runIdNameOrPrefix',
  runId: 'runIdNameOrPrefix',
}

/**
 * Refuses what is no object of these fields: a misspelt one would be ignored without a word.
 *
 * @param call what the caller wrote, for the message
 */
export function checkFields(call: string, given: unknown, known: readonly string[], advice = ''): void {
  if (typeof given !== 'object' || given === null) throw badRequest(`${call}: takes an object of ${known.join(', ')}`)
  const unknown = Object.keys(given).find((name) => !known.includes(name))
  if (unknown === undefined) return
  const meant = MEANT[unknown]
  const hint = meant !== undefined && known.includes(meant) ? `; ${meant} is meant?` : advice
  throw badRequest(`${unknown}: is no field of ${call}, which takes ${known.join(', ')}${hint}`)
}

/** A time as it is sent. */
export function timeText(field: string, time: string | Date | undefined): string | undefined {
  if (!(time instanceof Date)) return time
  if (Number.isNaN(time.getTime())) throw badRequest(`${field}: is a Date without a valid time`)
  return time.toISOString()
}

const IDEMPOTENCY_KEY = /^[\x20-\x7e]{1,255}$/

export function checkIdempotencyKey(key: string): void {
  if (IDEMPOTENCY_KEY.test(key)) return
  throw badRequest('idempotencyKey: must be 1 to 255 printable ASCII characters, such as a UUID')
}
