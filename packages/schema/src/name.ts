import { LIMITS } from './limits.ts'

const CONTROL = /\p{Cc}/u
const LONE_SURROGATE = /\p{Cs}/u
/** What a gateway may decode, split at or drop, so that no name can be changed on its way in a path. */
const PATH_BREAKERS = /[/\\#?%]/

const characters = (text: string): number => {
  let count = 0
  for (const _ of text) count++
  return count
}

/** Says what is wrong with a step's name, or nothing where it is a good one. */
export function stepNameFault(text: string): string | undefined {
  if (text === '') return `must have 1 to ${LIMITS.nameCharacters} characters; it is empty`
  // A string's length counts at least its code points, so short ones need no counting.
  if (text.length > LIMITS.nameCharacters) {
    const count = characters(text)
    if (count > LIMITS.nameCharacters) return `must have 1 to ${LIMITS.nameCharacters} characters; it has ${count}`
  }
  if (CONTROL.test(text)) return 'must not have control characters'
  if (LONE_SURROGATE.test(text)) return 'must not have lone surrogates'
  return undefined
}

/** Says what is wrong with the name of a run or a pipeline, or nothing where it is a good one. */
export function runNameFault(text: string): string | undefined {
  const fault = stepNameFault(text)
  if (fault !== undefined) return fault
  if (PATH_BREAKERS.test(text)) return 'must not have any of / \\ # ? %, so that it can stand in a path'
  if (text === '.' || text === '..') return 'must not be . or .., which a path drops'
  return undefined
}

/** Says what is wrong with what the name of a run is to begin with, or nothing where one can. */
export function runNamePrefixFault(text: string): string | undefined {
  return text === '.' || text === '..' ? undefined : runNameFault(text)
}
