const UUID = /^([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})$/i
const DIGITS = /^[0-9a-f]{1,32}$/

/** A UUID in canonical lower case, whatever its case and hyphens were; nothing where `text` is none. */
export function canonicalId(text: string): string | undefined {
  const groups = UUID.exec(text)
  return groups === null ? undefined : groups.slice(1).join('-').toLowerCase()
}

/** The digits of a prefix of ids, in lower case and without hyphens; nothing where no id can begin so. */
export function idDigits(text: string): string | undefined {
  const digits = text.replaceAll('-', '').toLowerCase()
  return DIGITS.test(digits) ? digits : undefined
}
