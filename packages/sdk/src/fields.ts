import { badRequest } from './error/api.ts'

/** Names that people try, with those that are meant, where they are not alike. */
const MEANT: Readonly<Record<string, string>> = {
  token: 'apiKey',
  baseurl: 'url',

  limit: 'pageSize',
  filter: 'where',
  sort: 'order',
}

/**
 * Refuses what is no object of these fields: a misspelt one would be ignored without a word.
 *
 * @param call what the caller wrote, for the message
 */
export function checkFields(call: string, given: unknown, known: readonly string[], advice = ''): void {
  const takes = `${call} takes an object of ${known.join(', ')}`
  if (typeof given !== 'object' || given === null) throw badRequest(takes)
  const unknown = Object.keys(given).find((name) => !known.includes(name))
  if (unknown === undefined) return
  const meant = nearest(unknown, known)
  const hint = meant === undefined ? advice : `; did you mean ${meant}?`
  throw badRequest(`unknown field ${unknown}: ${takes}${hint}`)
}

const lettersOf = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, '')

/** A name as its letters with the one that follows each. */
const pairsOf = (letters: string): string[] => [...letters].map((_, at) => letters.slice(at, at + 2))

/** The name that is likely meant by another one, for the pairs of letters that they share; nothing where none is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const given = lettersOf(name)
  const alias = MEANT[given]
  if (alias !== undefined && known.includes(alias)) return alias
  const likeness = (one: string): number => {
    const pairs = pairsOf(lettersOf(one))
    const shared = pairsOf(given).filter((pair) => pairs.includes(pair)).length
    return shared / Math.min(pairs.length, given.length)
  }
  const [best] = [...known].sort((a, b) => likeness(b) - likeness(a))
  return best !== undefined && likeness(best) > 0.6 ? best : undefined
}

/** A time as it is sent. */
export function timeText<Other extends null | undefined>(field: string, time: string | Date | Other): string | Other {
  if (!(time instanceof Date)) return time
  if (Number.isNaN(time.getTime())) throw badRequest(`${field}: is a Date without a valid time`)
  return time.toISOString()
}

export function checkIdempotencyKey(key: string): void {
  if (/^[\x20-\x7e]{1,255}$/.test(key)) return
  throw badRequest('idempotencyKey: must be 1 to 255 printable ASCII characters, such as a UUID')
}
