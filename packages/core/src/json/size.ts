/** Characters of JSON text that a JSON string writes in two: there are no others where no whitespace is between its tokens. */
const ESCAPED = ['"', '\\'] as const

/** Bytes of a JSON text in UTF-8, written as a JSON string. */
export function bytesAsString(text: string): number {
  let size = Buffer.byteLength(text)
  for (const character of ESCAPED) {
    for (let at = text.indexOf(character); at !== -1; at = text.indexOf(character, at + 1)) size++
  }
  return size
}
