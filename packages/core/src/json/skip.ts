import { unquote } from './unquote.ts'

/** Moves through text that is known to be valid JSON, without parsing values. */

const SKIP = /[^"[\]{}]+/y
export const SCALAR = /[^,\]}\s]+/y
export const GAP = /[\s,:]*/y

/** The end of a match of `pattern` at `at`, or `at` if it does not match. */
export const past = (pattern: RegExp, text: string, at: number): number => {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : at
}

/** The end of the string that begins at `at`. A regular expression would need a stack as deep as the string has escapes. */
export function pastString(text: string, at: number): number {
  for (let quote = text.indexOf('"', at + 1); ; quote = text.indexOf('"', quote + 1)) {
    let slashes = quote
    while (text[slashes - 1] === '\\') slashes--
    if ((quote - slashes) % 2 === 0) return quote + 1
  }
}

/** The end of the value that begins at `at`. */
export function skip(text: string, at: number): number {
  const first = text[at]
  if (first === '"') return pastString(text, at)
  if (first !== '{' && first !== '[') return past(SCALAR, text, at)
  let open = 0
  let here = at
  do {
    const character = text[here]
    if (character === '"') here = pastString(text, here)
    else {
      if (character === '{' || character === '[') open++
      if (character === '}' || character === ']') open--
      here = open === 0 ? here + 1 : past(SKIP, text, here + 1)
    }
  } while (open > 0)
  return here
}

/** The name of the member that begins at `at`, and the start of its value. */
export function memberAt(text: string, at: number): [name: string, value: number] {
  const end = pastString(text, at)
  return [unquote(text.slice(at, end)), past(GAP, text, end)]
}

/** The text of the value at these pointer tokens below a value. Undefined if there is none. */
export function valueAt(text: string, tokens: readonly string[]): string | undefined {
  let at = 0
  for (const token of tokens) {
    const found = child(text, at, token)
    if (found === undefined) return undefined
    at = found
  }
  return text.slice(at, skip(text, at))
}

const INDEX = /^(?:0|[1-9]\d*)$/

/** The start of a member's or an item's value, in the object or array that begins at `at`. */
function child(text: string, at: number, token: string): number | undefined {
  const isObject = text[at] === '{'
  if (!isObject && (text[at] !== '[' || !INDEX.test(token))) return undefined
  let next = past(GAP, text, at + 1)
  for (let index = 0; text[next] !== (isObject ? '}' : ']'); index++) {
    const [name, value] = isObject ? memberAt(text, next) : [String(index), next]
    if (name === token) return value
    next = past(GAP, text, skip(text, value))
  }
  return undefined
}
