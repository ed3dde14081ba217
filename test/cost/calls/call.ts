/** What a budget is about: a call of the API as it is sent, so that a test and a bench can send the same. */

export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  /** JSON. */
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface Subject {
  readonly id: string
  readonly name: string
}

export interface World {
  /** A run that can be searched. */
  readonly indexed: Subject
  /** A run with `index: false`. */
  readonly plain: Subject
  /** A time with half of the logs before it. */
  readonly halfway: string
  /** Sends a call to the server whose next call is counted. @returns the JSON of its reply */
  send<T>(call: Call): Promise<T>
  /** A text that no other call has; all have the same length. */
  unique(): string
}

export interface BudgetedCall {
  readonly status: number
  /** Whether the server has seen none of the runs yet. */
  readonly isCold?: boolean
  /** Whether it can be sent only once. */
  readonly isOnce?: boolean
  /** Makes what the call needs. @returns the call that is counted */
  readonly prepare: (world: World) => Call | Promise<Call>
}

export const get = (path: string): Call => ({ method: 'GET', path })
export const post = (path: string, body: object, headers: Readonly<Record<string, string>> = {}): Call => ({
  method: 'POST',
  path,
  body: JSON.stringify(body),
  headers,
})
export const pathOf = (run: string, rest = ''): string => `/v1/runs/${encodeURIComponent(run)}${rest}`

/** A small log. */
export const SMALL = { m: { a: 1, b: 2, c: 3 } }
export const STEP = 'train'

const MISSING_CHARACTERS = 4
/** A prefix of a name or an id that no other run has. */
export const prefixOf = (reference: string): string => reference.slice(0, -MISSING_CHARACTERS)
