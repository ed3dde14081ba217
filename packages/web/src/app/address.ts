import { signal } from '@preact/signals'

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

/** Follows the browser's navigation: links, the back button, typed addresses. */
export function followAddress(): void {
  const follow = (): void => {
    address.value = parseHash(location.hash)
  }
  follow()
  addEventListener('hashchange', follow)
  addEventListener('popstate', follow)
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

/** Replaces parameters of this page without a new history entry. */
export function setParameters(changes: Parameters): void {
  const { path, query } = address.peek()
  const all: Record<string, string | readonly string[] | undefined> = {}
  for (const name of new Set(query.keys())) all[name] = query.getAll(name)
  const to = href(path, { ...all, ...changes })
  if (to === location.hash) return
  history.replaceState(history.state, '', to)
  address.value = parseHash(to)
}
