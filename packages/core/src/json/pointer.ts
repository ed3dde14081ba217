/** JSON Pointer, RFC 6901. */

export type Token = string | number

/** One reference token as part of a pointer, with its slash. */
export const pointerPart = (token: Token): string => `/${String(token).replaceAll('~', '~0').replaceAll('/', '~1')}`

export const toPointer = (tokens: Iterable<Token>): string => {
  let pointer = ''
  for (const token of tokens) pointer += pointerPart(token)
  return pointer
}

/** The tokens of a pointer, or undefined if `pointer` is invalid or has more than `most` tokens. */
export function fromPointer(pointer: string, most: number): string[] | undefined {
  if (pointer === '') return []
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return undefined
  const tokens = pointer.slice(1).split('/', most + 1)
  if (tokens.length > most) return undefined
  return tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}
