import { CommandError, EXIT } from '../exit.ts'

const TIMEOUT_MS = 60_000

/** Calls of another product's HTTP API. */
export interface Rest {
  get(path: string, query?: Readonly<Record<string, string | undefined>>): Promise<unknown>
  post(path: string, body: unknown): Promise<unknown>
}

/** @param help what to set where the server does not answer as it should */
export function restOf(base: string, headers: Readonly<Record<string, string>>, help: string): Rest {
  const root = base.replace(/\/+$/, '')
  async function call(path: string, init: RequestInit): Promise<unknown> {
    const reply = await fetch(root + path, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() => undefined)
    if (reply === undefined) throw new CommandError(EXIT.noAnswer, `${new URL(root).origin} does not answer; ${help}`)
    if (reply.status === 401 || reply.status === 403) {
      throw new CommandError(EXIT.unauthorized, `${new URL(root).origin} refuses the credentials; ${help}`)
    }
    if (!reply.ok) throw new CommandError(EXIT.failed, `${path.split('?')[0]} replies ${reply.status}; ${help}`)
    try {
      return await reply.json()
    } catch {
      throw new CommandError(EXIT.failed, `${path.split('?')[0]} does not reply with JSON; ${help}`)
    }
  }
  return {
    get: (path, query = {}) => {
      const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
        value === undefined ? [] : [[name, value]],
      )
      return call(given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`, { headers })
    },
    post: (path, body) =>
      call(path, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
  }
}

/** A member of something that another product replied; nothing where it has none. */
export const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined

export const listIn = (value: unknown, name: string): readonly unknown[] => {
  const list = memberOf(value, name)
  return Array.isArray(list) ? list : []
}

/** A member as text; numbers too, as some APIs write them so. */
export function textIn(value: unknown, name: string): string | undefined {
  const member = memberOf(value, name)
  if (typeof member === 'number') return String(member)
  return typeof member === 'string' && member !== '' ? member : undefined
}

export function numberIn(value: unknown, name: string): number | undefined {
  const text = textIn(value, name)
  const number =
    text === undefined
      ? Number.NaN
      : Number(text.replace(/^-?inf(?:inity)?$/i, (word) => (word.startsWith('-') ? '-Infinity' : 'Infinity')))
  return text === undefined || (Number.isNaN(number) && !/^nan$/i.test(text)) ? undefined : number
}
