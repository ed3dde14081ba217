/**
 * In place of Node's `Request`, `Response` and `Headers`, in the function's bundle alone: Node loads its own, with all of
 * its HTTP client, at their first use, which is a sixth of a cold start.
 */
export { Headers } from './headers.ts'
export { Request } from './request.ts'
export { Response } from './response.ts'
