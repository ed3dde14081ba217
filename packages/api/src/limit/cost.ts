/** What a request costs, in units of a small log. The same units weigh a key's rate and a server's places. */

/** Bytes of a body that cost as much as a small log. */
const UNIT_BYTES = 256 * 1024

/** By method and path; the first that fits. docs/limits.md has the table. */
const COSTS: readonly (readonly [call: RegExp, cost: number])[] = [
  [/^(GET \/v1\/runs|POST \/v1\/runs\/search)$/, 4],
  [/^DELETE \/v1\/runs\/[^/]*$/, 4],
  [/^GET |^POST \/v1\/runs$/, 2],
]

/** What a call costs whatever its body is. */
export const costOfCall = (method: string, path: string): number => {
  // A HEAD does all that the GET does, but for the sending of it.
  const call = `${method === 'HEAD' ? 'GET' : method} ${path}`
  return COSTS.find(([known]) => known.test(call))?.[1] ?? 1
}

/** Places of a request with many logs, which are made side by side. */
const PLACES_OF_MANY = 16

/** How many of a server's places a call takes while it is worked on. */
export const placesOfCall = (method: string, path: string): number =>
  path === '/v1/metadata' ? PLACES_OF_MANY : costOfCall(method, path)

/** What the bytes of a body cost besides. */
export const costOfBytes = (bytes: number): number => Math.floor(bytes / UNIT_BYTES)
