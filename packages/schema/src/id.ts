const UUID = /^([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})$/i
const PREFIX = /^[0-9a-f-]*[0-9a-f][0-9a-f-]*$/i

/** A UUID in canonical lower case, whatever its case and hyphens were; nothing where `text` is none. */
export function canonicalId(text: string): string | undefined {
  const groups = UUID.exec(text)
  return groups === null ? undefined : groups.slice(1).join('-').toLowerCase()
}

/** The digits of a prefix of ids, in lower case and without hyphens; nothing where no id can begin so. */
export function idDigits(text: string): string | undefined {
  if (!PREFIX.test(text)) return undefined
  const digits = text.replaceAll('-', '').toLowerCase()
  return digits.length <= 32 ? digits : undefined
}
