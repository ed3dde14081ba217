import { GAP, memberAt, past, skip } from './skip.ts'

/** Parsed JSON whose scalars stay text, so that numbers keep all digits. */
export type Tree =
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, Tree> }
  | { readonly kind: 'array'; readonly items: readonly Tree[] }
  | { readonly kind: 'scalar'; readonly text: string }

/** Parses text that is known to be JSON. It recurses: the caller has already bounded the nesting. */
export function readTree(text: string): Tree {
  let at = past(GAP, text, 0)

  function value(): Tree {
    if (text[at] === '{') return object()
    if (text[at] === '[') return array()
    const start = at
    at = skip(text, at)
    return { kind: 'scalar', text: text.slice(start, at) }
  }

  function object(): Tree {
    const members = new Map<string, Tree>()
    at = past(GAP, text, at + 1)
    while (text[at] !== '}') {
      const [name, start] = memberAt(text, at)
      at = start
      members.set(name, value())
      at = past(GAP, text, at)
    }
    at++
    return { kind: 'object', members }
  }

  function array(): Tree {
    const items: Tree[] = []
    at = past(GAP, text, at + 1)
    while (text[at] !== ']') {
      items.push(value())
      at = past(GAP, text, at)
    }
    at++
    return { kind: 'array', items }
  }

  return value()
}
