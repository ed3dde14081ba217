import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { encoded } from './encoding.ts'
import type { Env } from './env.ts'

/** Adds a newline to a JSON text, so that the next output on a terminal begins on a new line. */
export const bodyOf = (json: string): string => `${json}\n`

export const replyText = async (
  c: Context<Env>,
  json: string,
  status: ContentfulStatusCode = 200,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> =>
  c.body(await encoded(c, bodyOf(json)), status, { 'content-type': 'application/json', ...headers })

export const reply = (
  c: Context<Env>,
  value: unknown,
  status?: ContentfulStatusCode,
  headers?: Readonly<Record<string, string>>,
): Promise<Response> => replyText(c, JSON.stringify(value), status, headers)
