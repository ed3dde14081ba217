import { badRequest } from '../error/api.ts'

/** The path of a run. @throws BadRequestError for a reference that a path cannot contain */
export function runPath(reference: string): string {
  // URL parsing removes the dots, even if they are encoded.
  if (typeof reference !== 'string' || /^\.{0,2}$/.test(reference)) throw invalid()
  try {
    return `/v1/runs/${encodeURIComponent(reference)}`
  } catch (cause) {
    throw invalid(cause)
  }
}

const invalid = (cause?: unknown) => badRequest('run: must be the id, name or prefix of a run', cause)

/** A query string with its `?`, without parameters that have no value. */
export function queryOf(parameters: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== false)
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`
}

const UUID = /^([\da-f]{8})-?([\da-f]{4})-?([\da-f]{4})-?([\da-f]{4})-?([\da-f]{12})$/i

/** The canonical form of a reference that is an id. */
export function idOf(reference: unknown): string | undefined {
  const parts = typeof reference === 'string' ? UUID.exec(reference) : undefined
  return parts?.slice(1).join('-').toLowerCase()
}
