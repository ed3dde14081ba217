/**
 * The most bytes of a page as a JSON string. Lambda sends a reply that way, in a payload of up to 6 MB. A single entry that is
 * larger, such as a log of 5.5 MiB, has a page of its own.
 */
export const MAX_PAGE_BYTES = 5 * 1024 * 1024

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
