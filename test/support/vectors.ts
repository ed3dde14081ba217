import { readFileSync } from 'node:fs'
import { dtype, NumberLiteral, path, storageSize, uri } from '@runmeta/sdk'
import { type Answer, networkError, silence } from '../sdk/stub.ts'

/** The cases of a file in `test/vectors`, whose README describes their shape. */
export function casesOf<Case extends { readonly name: string }>(file: string): readonly Case[] {
  return JSON.parse(readFileSync(new URL(`../vectors/${file}`, import.meta.url), 'utf8')).cases
}

/** A reply, or a fault. */
export interface GivenReply {
  readonly fault?: 'refused' | 'closed' | 'broken' | 'silence'
  readonly status: number
  readonly headers: Record<string, string>
  readonly body?: unknown
  readonly text?: string
  readonly repeat?: { readonly text: string; readonly times: number }
}

const FAULTS: Readonly<Record<NonNullable<GivenReply['fault']>, Answer>> = {
  refused: networkError('ECONNREFUSED'),
  closed: networkError('ECONNRESET'),
  broken: () => new Response(new ReadableStream({ start: (body) => body.error(new TypeError('terminated')) })),
  silence,
}

export function answerOf({ fault, status, headers, body, text = '', repeat }: GivenReply): Answer {
  if (fault !== undefined) return FAULTS[fault]
  const repeated = repeat === undefined ? text : repeat.text.repeat(repeat.times)
  const content = body === undefined ? repeated : JSON.stringify(body)
  return () => new Response(status === 204 ? null : content, { status, headers })
}

/** A value in which an object with the member `$` represents a value that JSON does not have. */
export type Tagged = null | boolean | number | string | Tagged[] | { readonly [name: string]: Tagged }

const STANDS_FOR: Readonly<Record<string, (tagged: Readonly<Record<string, Tagged>>, root: unknown) => unknown>> = {
  Uri: ({ value }) => uri(String(value)),
  Path: ({ value }) => path(String(value)),
  DType: ({ value }) => dtype(String(value)),
  StorageSize: ({ value }) => storageSize(Number(value)),
  integer: ({ text }) => BigInt(String(text)),
  decimal: ({ text }) => new NumberLiteral(String(text)),
  NaN: () => Number.NaN,
  Infinity: () => Number.POSITIVE_INFINITY,
  '-Infinity': () => Number.NEGATIVE_INFINITY,
  cycle: (_, root) => root,
  function: () => () => undefined,
  nested: ({ levels }) => Array.from({ length: Number(levels) - 1 }).reduce<unknown[]>((inner) => [inner], []),
  set: () => new Set([1]),
  bytes: () => new Uint8Array([1]),
}

/** The value that a tagged one represents. */
export function untagged(tagged: Tagged, root?: unknown): unknown {
  if (Array.isArray(tagged)) return tagged.map((element) => untagged(element, root))
  if (typeof tagged !== 'object' || tagged === null) return tagged
  if (typeof tagged.$ === 'string') return STANDS_FOR[tagged.$]?.(tagged, root)
  const made: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(tagged)) made[name] = untagged(member, root ?? made)
  return made
}
