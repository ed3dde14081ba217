import { badRequest } from './error/api.ts'

/** Fields by another name that people try, with those that may be meant. */
const MEANT: Readonly<Record<string, readonly string[]>> = {
  step: ['stepName'],
  stepname: ['step'],
  limit: ['pageSize'],
  relatedentities: ['logRelatedEntities'],
  run: ['runIdNameOrPrefix'],
  runid: ['runIdNameOrPrefix', 'id'],
  runname: ['runIdNameOrPrefix', 'name'],
  key: ['apiKey'],
  token: ['apiKey'],
  baseurl: ['url'],
  endpoint: ['url'],
  maxretries: ['retries'],
  filter: ['where'],
  sort: ['order'],
  orderby: ['order'],
  poll: ['interval'],
}

/**
 * Refuses what is no object of these fields: a misspelt one would be ignored without a word.
 *
 * @param call what the caller wrote, for the message
 */
export function checkFields(call: string, given: unknown, known: readonly string[], advice = ''): void {
  const fault = unknownField(call, given, known, advice)
  if (fault !== undefined) throw badRequest(fault)
}

/** What is wrong with the fields of a call. */
export function unknownField(call: string, given: unknown, known: readonly string[], advice = ''): string | undefined {
  if (typeof given !== 'object' || given === null) return `${call}: takes an object of ${known.join(', ')}`
  const unknown = Object.keys(given).find((name) => !known.includes(name))
  if (unknown === undefined) return undefined
  const meant = nearest(unknown, known)
  const hint = meant === undefined ? advice : `; did you mean ${meant}?`
  return `unknown field ${unknown} in ${call}, which takes ${known.join(', ')}${hint}`
}

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, '')

/** The name that is likely meant by another one; nothing where none is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const given = plain(name)
  const alias = Object.hasOwn(MEANT, given) ? MEANT[given]?.find((one) => known.includes(one)) : undefined
  if (alias !== undefined) return alias
  const [best] = known
    .map((one) => ({ one, distance: distance(given, plain(one)) }))
    .sort((a, b) => a.distance - b.distance)
  if (best !== undefined && best.distance <= Math.max(1, given.length / 4)) return best.one
  return given.length < 3 ? undefined : known.find((one) => plain(one).startsWith(given))
}

/** How many characters must be added, taken away or replaced to turn one text into the other. */
function distance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (const [row, character] of [...from].entries()) {
    let left = row + 1
    above = [
      left,
      ...[...to].map((other, column) => {
        const replaced = (above[column] ?? 0) + (character === other ? 0 : 1)
        left = Math.min(left + 1, (above[column + 1] ?? 0) + 1, replaced)
        return left
      }),
    ]
  }
  return above[to.length] ?? 0
}

/** A time as it is sent. */
export function timeText<Other extends null | undefined>(field: string, time: string | Date | Other): string | Other {
  if (!(time instanceof Date)) return time
  if (Number.isNaN(time.getTime())) throw badRequest(`${field}: is a Date without a valid time`)
  return time.toISOString()
}

const IDEMPOTENCY_KEY = /^[\x20-\x7e]{1,255}$/

export function checkIdempotencyKey(key: string): void {
  if (IDEMPOTENCY_KEY.test(key)) return
  throw badRequest('idempotencyKey: must be 1 to 255 printable ASCII characters, such as a UUID')
}
