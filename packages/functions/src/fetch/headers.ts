export type HeadersInit = Headers | Readonly<Record<string, string>> | Iterable<readonly [string, string]> | undefined

/** A name of a header or of a method. */
export const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/
const VALUE = /^[^\0\n\r\u0100-\uffff]*$/
const SPACE_AROUND = /^[\t\n\r ]+|[\t\n\r ]+$/g

/** @throws TypeError for a name that HTTP does not allow */
function nameOf(name: string): string {
  if (!TOKEN.test(name)) throw new TypeError(`"${name}" is not a valid header name`)
  return name.toLowerCase()
}

/** Trims a value. @throws TypeError for a value that HTTP does not allow */
function textOf(name: string, value: string): string {
  const text = String(value).replace(SPACE_AROUND, '')
  if (!VALUE.test(text)) throw new TypeError(`the header "${name}" has a value that is not valid`)
  return text
}

/** `Headers` of the Fetch standard. https://fetch.spec.whatwg.org/#headers-class */
export class Headers {
  readonly #values = new Map<string, string[]>()

  constructor(init?: HeadersInit) {
    if (init === undefined) return
    const entries = Symbol.iterator in init ? (init as Iterable<readonly [string, string]>) : Object.entries(init)
    for (const [name, value] of entries) this.append(name, value)
  }

  append(name: string, value: string): void {
    const key = nameOf(name)
    const valid = textOf(key, value)
    const values = this.#values.get(key)
    if (values === undefined) this.#values.set(key, [valid])
    else values.push(valid)
  }

  set(name: string, value: string): void {
    const key = nameOf(name)
    this.#values.set(key, [textOf(key, value)])
  }

  delete(name: string): void {
    this.#values.delete(nameOf(name))
  }

  get(name: string): string | null {
    return this.#values.get(nameOf(name))?.join(', ') ?? null
  }

  has(name: string): boolean {
    return this.#values.has(nameOf(name))
  }

  getSetCookie(): string[] {
    return [...(this.#values.get('set-cookie') ?? [])]
  }

  forEach(callback: (value: string, name: string, headers: Headers) => void, self?: unknown): void {
    for (const [name, value] of this) callback.call(self, value, name, this)
  }

  /** Sorted by name; each cookie is an entry of its own. */
  *[Symbol.iterator](): IterableIterator<[string, string]> {
    for (const name of [...this.#values.keys()].sort()) {
      const values = this.#values.get(name) ?? []
      if (name === 'set-cookie') for (const value of values) yield [name, value]
      else yield [name, values.join(', ')]
    }
  }

  entries(): IterableIterator<[string, string]> {
    return this[Symbol.iterator]()
  }

  *keys(): IterableIterator<string> {
    for (const [name] of this) yield name
  }

  *values(): IterableIterator<string> {
    for (const [, value] of this) yield value
  }
}

/** The headers of a request or a response. By default, a string is plain text. */
export function headersFor(body: unknown, init: HeadersInit): Headers {
  const headers = new Headers(init)
  if (typeof body === 'string' && !headers.has('content-type')) headers.set('content-type', 'text/plain;charset=UTF-8')
  return headers
}
