/** A place in a value: member names and array indexes, from the root. */
export type Place = readonly (string | number)[]

/** A place as JSON Pointer (RFC 6901). */
export const pointerTo = (place: Place): string =>
  place.map((name) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/** The parts of a JSON Pointer. */
export const namesOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
