const UUID = /^([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})$/i
const DIGITS = /^[0-9a-f]{1,32}$/

/** Converts a UUID to lower case with hyphens. Undefined if `text` is not a UUID. */
export function canonicalId(text: string): string | undefined {
  const groups = UUID.exec(text)
  return groups === null ? undefined : groups.slice(1).join('-').toLowerCase()
}

/** The hex digits of an id prefix, in lower case. Undefined if no id can begin with `text`. */
export function idDigits(text: string): string | undefined {
  const digits = text.replaceAll('-', '').toLowerCase()
  return DIGITS.test(digits) ? digits : undefined
}
