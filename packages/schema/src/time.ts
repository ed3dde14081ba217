const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/

/** Converts an RFC 3339 time to UTC with milliseconds. Undefined if `text` is not an RFC 3339 time. */
export function canonicalTime(text: string): string | undefined {
  // Date has no leap seconds: use the last millisecond of the second before.
  if (/:60(?=[.Zz+-])/.test(text)) return canonicalTime(text.replace(/:60(?:\.\d+)?/, ':59.999'))
  const parts = RFC3339.exec(text)
  if (parts === null) return undefined
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number)
  // Date rolls 30 February over into March, so compare the result with the text.
  const calendar = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second))
  calendar.setUTCFullYear(year ?? 0, (month ?? 0) - 1, day)
  if (calendar.toISOString().slice(0, 19) !== text.slice(0, 19).toUpperCase()) return undefined
  const time = new Date(text.toUpperCase())
  if (Number.isNaN(time.getTime())) return undefined
  const iso = time.toISOString()
  return iso.length === 24 ? iso : undefined
}
