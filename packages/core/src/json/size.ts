/** JSON text without whitespace has no other characters that a JSON string must escape; each escape adds one byte. */
const ESCAPED = ['"', '\\'] as const

/** The UTF-8 bytes of a JSON text when it is written as a JSON string, without the quotes. The text must have no whitespace. */
export function bytesAsString(text: string): number {
  let size = Buffer.byteLength(text)
  for (const character of ESCAPED) {
    for (let at = text.indexOf(character); at !== -1; at = text.indexOf(character, at + 1)) size++
  }
  return size
}
