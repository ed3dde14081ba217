import { badRequest } from './error/api.ts'

/** Common wrong names in lower case, each with the right name, where spelling alone does not suggest it. */
type Aliases = Readonly<Record<string, string>>

/**
 * Refuses anything but an object of these fields: a misspelt field would be ignored silently, and JSON writes a `Date` without
 * a valid time as `null`.
 *
 * @param call the call in the caller's code, for the message
 * @param advice the end of the message if no known name is similar
 */
export function checkFields(
  call: string,
  given: unknown,
  known: readonly string[],
  { advice = '', aliases }: { readonly advice?: string; readonly aliases?: Aliases } = {},
): void {
  const takes = `${call} takes an object of ${known.join(', ')}`
  if (typeof given !== 'object' || given === null) throw badRequest(takes)
  for (const [name, value] of Object.entries(given)) {
    if (value instanceof Date && Number.isNaN(value.getTime())) {
      throw badRequest(`${name}: is a Date without a valid time`)
    }
    if (known.includes(name)) continue
    const meant = nearest(name, known, aliases)
    const hint = meant === undefined ? advice : `; did you mean ${meant}?`
    throw badRequest(`unknown field ${name}: ${takes}${hint}`)
  }
}

const lettersOf = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, '')

/** Each letter of a name with each of the next two: two letters that change places change few of these pairs. */
const pairsOf = (name: string): Set<string> =>
  new Set([...lettersOf(name)].flatMap((one, at, all) => all.slice(at + 1, at + 3).map((next) => one + next)))

/** The known name most similar to another one, by the pairs of letters that they share. Undefined if none is similar. */
export function nearest(name: string, known: readonly string[], aliases: Aliases = {}): string | undefined {
  const given = pairsOf(name)
  let most = 0.55
  let best = aliases[lettersOf(name)]
  for (const one of known) {
    const pairs = pairsOf(one)
    const likeness = [...given].filter((pair) => pairs.has(pair)).length / Math.min(pairs.size, given.size)
    if (likeness > most) [most, best] = [likeness, one]
  }
  return best
}

export function checkIdempotencyKey(key: string): void {
  if (/^[\x20-\x7e]{1,255}$/.test(key)) return
  throw badRequest('idempotencyKey: must be 1 to 255 printable ASCII characters')
}
