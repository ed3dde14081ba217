/** A call of the API with a budget, which a test and a bench can send. */

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
  /** Sends a call to the server under test. @returns the JSON of the reply */
  send<T>(call: Call): Promise<T>
  /** A new text, always of the same length. */
  unique(): string
}

export interface BudgetedCall {
  readonly status: number
  /** Whether the server has cached none of the runs. */
  readonly isCold?: boolean
  /** Whether it can be sent only once. */
  readonly isOnce?: boolean
  /** Prepares the call. @returns the call that is counted */
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
/** A prefix of a name or an id that is unique. */
export const prefixOf = (reference: string): string => reference.slice(0, -MISSING_CHARACTERS)
