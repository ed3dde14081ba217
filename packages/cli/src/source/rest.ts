import type { Value } from '@runmeta/sdk'
import { queryOf } from '@runmeta/sdk/run/path'
import { readObject } from '@runmeta/sdk/value/read'
import { CommandError, EXIT, wrongUsage } from '../exit.ts'

const TIMEOUT_MS = 60_000

type Query = Parameters<typeof queryOf>[0]

/** Calls of another product's HTTP API. */
export interface Rest {
  get(path: string, query: Query): Promise<unknown>
  post(path: string, body: unknown): Promise<unknown>
  /** Sends a form, for example to get a token. */
  postForm(path: string, form: Readonly<Record<string, string>>): Promise<unknown>
  /** Every number of the reply is a NumberLiteral. */
  getExact(path: string, query: Query): Promise<Value | undefined>
}

const parseJson = (text: string): unknown => JSON.parse(text)

/** @param help advice for the error if the server does not reply as expected */
export function restOf(base: string, headers: Readonly<Record<string, string>>, help: string): Rest {
  if (!URL.canParse(base)) throw wrongUsage(`the address is not a URL; ${help}`)
  const { origin, username, password } = new URL(base)
  if (username + password !== '') throw wrongUsage(`the address must not contain a user name or a password; ${help}`)
  const root = base.replace(/\/+$/, '')
  async function call<T>(path: string, init: RequestInit, parse: (text: string) => T): Promise<T> {
    const reply = await fetch(root + path, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() => undefined)
    if (reply === undefined) throw new CommandError(EXIT.noAnswer, `${origin} does not answer; ${help}`)
    if (reply.status === 401 || reply.status === 403) {
      throw new CommandError(EXIT.unauthorized, `${origin} refuses the credentials; ${help}`)
    }
    if (!reply.ok) throw new CommandError(EXIT.failed, `${path.split('?')[0]} replies ${reply.status}; ${help}`)
    try {
      return parse(await reply.text())
    } catch {
      throw new CommandError(EXIT.failed, `${path.split('?')[0]} does not reply with JSON; ${help}`)
    }
  }
  return {
    get: (path, query) => call(path + queryOf(query), { headers }, parseJson),
    getExact: (path, query) => call(path + queryOf(query), { headers }, (text) => readObject(text, 'literal')),
    postForm: (path, form) => call(path, { method: 'POST', headers, body: new URLSearchParams(form) }, parseJson),
    post: (path, body) => {
      const init = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' } }
      return call(path, { ...init, body: JSON.stringify(body) }, parseJson)
    },
  }
}

/** A member of another product's reply. Undefined if there is none. */
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
  if (text === undefined) return undefined
  const number = Number(text.replace(/^(-?)inf(?:inity)?$/i, '$1Infinity'))
  return Number.isNaN(number) && !/^nan$/i.test(text) ? undefined : number
}
