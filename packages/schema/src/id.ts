const UUID = /^([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})$/i
const DIGITS = /^[0-9a-f]{1,32}$/

/** A UUID in canonical lower case, or undefined if `text` is not a UUID in any case, with or without hyphens. */
export function canonicalId(text: string): string | undefined {
  const groups = UUID.exec(text)
  return groups === null ? undefined : groups.slice(1).join('-').toLowerCase()
}

/** The digits of a prefix of ids, in lower case and without hyphens; nothing where no id can begin so. */
export function idDigits(text: string): string | undefined {
  const digits = text.replaceAll('-', '').toLowerCase()
  return DIGITS.test(digits) ? digits : undefined
}
