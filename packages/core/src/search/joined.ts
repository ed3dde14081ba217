import { readExactly } from '../json/body.ts'

/** Recognises a text of several conditions, which would otherwise search a pointer that does not exist. */

/** What joins conditions, followed by more. */
const JOINER = /^\s*(?:,|&&|\|\||(?:and|or)(?=[\s/]))\s*\S/i
const STRING_START = /^"(?:[^"\\]|\\.)*"/s
const SCALAR_START = /^[^\s,&|]+/
const BRACKET_OR_STRING = /[[\]{}]|"(?:[^"\\]|\\.)*"/gs

/** Where the JSON value at the beginning of a text ends. */
function endOfValue(text: string): number | undefined {
  if (text.startsWith('"')) return STRING_START.exec(text)?.[0].length
  if (!/^[[{]/.test(text)) return SCALAR_START.exec(text)?.[0].length
  let open = 0
  for (const { 0: part, index } of text.matchAll(BRACKET_OR_STRING)) {
    if (part === '[' || part === '{') open++
    if (part === ']' || part === '}') open--
    if (open === 0) return index + part.length
  }
  return undefined
}

/** Whether the text after an operator is its value, then something that joins conditions, such as `and`. */
export function isJoined(op: string, rest: string): boolean {
  if (op === 'exists' && JOINER.test(rest)) return true
  const end = endOfValue(rest)
  if (end === undefined) return false
  return JOINER.test(rest.slice(end)) && readExactly(rest.slice(0, end)) !== undefined
}

/** The first operator in a pointer, with or without spaces around it. */
const OPERATOR = /[=<>!]|\s(?:in|between|exists|prefix|contains)(?:\b|and|or)/i
/** What joins conditions, also directly after a value, and the beginning of the next pointer. */
const NEXT_POINTER = /(?:,|&&|\|\||(?:\b|\d|exists|true|false|null)(?:and|or))\s*\//i

/** Whether a pointer contains a condition and the beginning of another. */
export function isJoinedPointer(pointer: string): boolean {
  const at = pointer.search(OPERATOR)
  return at !== -1 && NEXT_POINTER.test(pointer.slice(at))
}
