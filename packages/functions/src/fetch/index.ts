/**
 * The function's bundle uses these classes instead of Node's. At their first use, Node would load its whole HTTP client,
 * which takes a sixth of a cold start.
 */
export { Headers } from './headers.ts'
export { Request } from './request.ts'
export { Response } from './response.ts'
