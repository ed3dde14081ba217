import { skip } from './skip.ts'
import { unquote } from './unquote.ts'

/** Parsed JSON whose scalars stay text, so that numbers keep all digits. */
export type Tree =
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, Tree> }
  | { readonly kind: 'array'; readonly items: readonly Tree[] }
  | { readonly kind: 'scalar'; readonly text: string }

const PUNCTUATION = '{}[],:'

/** Parses text that is known to be JSON. It recurses: the caller has already bounded the nesting. */
export function readTree(text: string): Tree {
  let at = 0
  let token = ''
  function next(): string {
    while (/\s/.test(text[at] ?? '')) at++
    const end = PUNCTUATION.includes(text[at] ?? '') ? at + 1 : skip(text, at)
    token = text.slice(at, end)
    at = end
    return token
  }

  function value(): Tree {
    if (token === '{') return object()
    if (token === '[') return array()
    return { kind: 'scalar', text: token }
  }

  function object(): Tree {
    const members = new Map<string, Tree>()
    while (next() !== '}') {
      if (token === ',') next()
      const name = unquote(token)
      next()
      next()
      members.set(name, value())
    }
    return { kind: 'object', members }
  }

  function array(): Tree {
    const items: Tree[] = []
    while (next() !== ']') {
      if (token === ',') next()
      items.push(value())
    }
    return { kind: 'array', items }
  }

  next()
  return value()
}
