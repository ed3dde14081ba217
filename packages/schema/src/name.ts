import { LIMITS } from './limits.ts'

const CONTROL = /\p{Cc}/u
const LONE_SURROGATE = /\p{Cs}/u
/** Characters that a gateway may decode, split at or drop: in a path they would change the name. */
const PATH_BREAKERS = /[/\\#?%]/

const characters = (text: string): number => {
  let count = 0
  for (const _ of text) count++
  return count
}

/** Returns why a step's name is invalid. */
export function stepNameFault(text: string): string | undefined {
  if (text === '') return `must have 1 to ${LIMITS.nameCharacters} characters; it is empty`
  // A string's length counts at least its code points, so short ones need no counting.
  if (text.length > LIMITS.nameCharacters) {
    const count = characters(text)
    if (count > LIMITS.nameCharacters) return `must have 1 to ${LIMITS.nameCharacters} characters; it has ${count}`
  }
  if (CONTROL.test(text)) return 'must not contain control characters'
  if (LONE_SURROGATE.test(text)) return 'must not contain lone surrogates'
  return undefined
}

/** Returns why the name of a run or a pipeline is invalid. */
export function runNameFault(text: string): string | undefined {
  const fault = stepNameFault(text)
  if (fault !== undefined) return fault
  if (PATH_BREAKERS.test(text)) return 'must not contain any of / \\ # ? %, so that it can be part of a URL path'
  if (text === '.' || text === '..') return 'must not be . or .., which URL paths drop'
  return undefined
}

/** Returns why no name of a run can begin with this text. */
export function runNamePrefixFault(text: string): string | undefined {
  return text === '.' || text === '..' ? undefined : runNameFault(text)
}
