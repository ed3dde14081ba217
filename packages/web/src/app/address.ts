import { effect, signal } from '@preact/signals'

/**
 * The whole state of a page is in its address, after the `#`: a path and parameters. So a link shows what its sender sees, and
 * servers never learn what was searched for.
 */
interface Address {
  /** Decoded segments, such as `['runs', 'iris-1', 'history']`; none for the list of runs. */
  readonly path: readonly string[]
  readonly query: URLSearchParams
}

type Parameters = Readonly<Record<string, string | readonly string[] | undefined>>

const decodeSegment = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

function parseHash(hash: string): Address {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s)
  return { path: path.split('/').filter(Boolean).map(decodeSegment), query: new URLSearchParams(query) }
}

export const address = signal(parseHash(location.hash))

/** The parameters of the list of runs as it was left. */
export const listQuery = signal(new URLSearchParams())

/** Follows the browser's navigation: links, the back button, typed addresses. */
export function followAddress(): void {
  const follow = (): void => {
    address.value = parseHash(location.hash)
  }
  follow()
  addEventListener('hashchange', follow)
  effect(() => {
    if (address.value.path.length === 0) listQuery.value = address.value.query
  })
}

/** The link to a page. A parameter without a value is left out. */
export function href(path: readonly string[], parameters: Parameters = {}): string {
  const query = new URLSearchParams()
  for (const [name, given = []] of Object.entries(parameters)) {
    for (const value of typeof given === 'string' ? [given] : given) if (value !== '') query.append(name, value)
  }
  const text = query.toString()
  return `#/${path.map(encodeURIComponent).join('/')}${text === '' ? '' : `?${text}`}`
}

export function navigate(to: string): void {
  location.hash = to
}

const parametersOf = (query: URLSearchParams): Parameters =>
  Object.fromEntries([...query.keys()].map((name) => [name, query.getAll(name)]))

/** The link to the list of runs as it was left, except for these parameters. */
export const hrefOfList = (changes: Parameters = {}): string =>
  href([], { ...parametersOf(listQuery.value), ...changes })

/** Replaces parameters of this page without a new history entry. */
export function setParameters(changes: Parameters): void {
  const { path, query } = address.peek()
  const to = href(path, { ...parametersOf(query), ...changes })
  if (to === location.hash) return
  history.replaceState(history.state, '', to)
  address.value = parseHash(to)
}
