/** A name that needs more edits is a different word. */
const MAX_EDITS = 2

const plain = (name: string): string => name.toLowerCase().replace(/[-_]/g, '')

/** The number of letters to insert, delete, replace or swap with the next one to turn one word into the other. */
function editsBetween(one: string, other: string): number {
  let before: number[] = []
  let last = Array.from({ length: other.length + 1 }, (_, column) => column)
  for (let row = 1; row <= one.length; row++) {
    const edits = [row]
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1]
      const isSwap = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
      edits[column] = Math.min(
        Number(edits[column - 1]) + 1,
        Number(last[column]) + 1,
        Number(last[column - 1]) + (isSame ? 0 : 1),
        isSwap ? Number(before[column - 2]) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    before = last
    last = edits
  }
  return Number(last[other.length])
}

/** The known name closest to an unknown one, ignoring case, hyphens and underscores. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const given = plain(name)
  const edits = (one: string): number =>
    Math.abs(plain(one).length - given.length) > MAX_EDITS ? MAX_EDITS + 1 : editsBetween(given, plain(one))
  const [best] = known
    .map((one) => ({ one, count: edits(one) }))
    .filter(({ one, count }) => count <= MAX_EDITS && count * 2 < one.length)
    .sort((a, b) => a.count - b.count)
  return best?.one
}

/** The message about an unknown name: it suggests the closest name, or lists all that the call takes. */
export function unknownName(what: 'field' | 'query parameter', name: string, known: readonly string[]): string {
  const meant = nearest(name, known)
  if (meant !== undefined) return `unknown ${what}; did you mean ${meant}?`
  return `unknown ${what}; this call takes ${known.join(', ') || 'none'}`
}
