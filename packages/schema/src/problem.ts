/** Every error code, with its HTTP status and title. The codes are part of the API. */
export const PROBLEMS = {
  bad_request: { status: 400, title: 'Bad request' },
  unauthorized: { status: 401, title: 'No valid API key' },
  forbidden: { status: 403, title: 'Not allowed with this key' },
  not_found: { status: 404, title: 'No such resource' },
  run_not_found: { status: 404, title: 'No such run' },
  key_not_found: { status: 404, title: 'No such metadata key' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  ambiguous_run: { status: 409, title: 'Several runs match' },
  name_taken: { status: 409, title: 'The name belongs to another run' },
  id_taken: { status: 409, title: 'The id belongs to another run' },
  payload_too_large: { status: 413, title: 'Payload too large' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type' },
  invalid_value: { status: 422, title: 'Invalid value' },
  idempotency_key_reused: { status: 422, title: 'Idempotency key reused' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Internal error' },
  store_unavailable: { status: 503, title: 'The store is unavailable' },
} as const

export type ProblemCode = keyof typeof PROBLEMS
export type ProblemStatus = (typeof PROBLEMS)[ProblemCode]['status']

/** The `type` of a problem: a URN, not a URL. */
export const problemType = (code: ProblemCode): string => `urn:runmeta:problem:${code}`
