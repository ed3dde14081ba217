import { createApp } from '@runmeta/api/app'
import { createSigner } from '@runmeta/core/auth/token/signer'
import { createServer } from '@runmeta/core/server'
import { embeddedBacking } from '@runmeta/local/backing'
import type { Call } from '../../test/cost/calls/call.ts'
import { type Counts, counting } from './counting.ts'
import type { Send } from './world.ts'

/** The API on a data directory, in this process and without sockets. */
export interface Own {
  readonly counts: Counts
  readonly send: Send
  /** The same for a server that has not read any run yet. */
  cold(): Send
  close(): Promise<void>
}

/** Opens a data directory. No server may use it. */
export async function openOwn(directory: string, rootKey: string): Promise<Own> {
  const { table, clock, close } = await embeddedBacking(directory)
  const counts = { calls: 0, items: 0 }
  const newSend = (): Send => {
    const app = createApp({
      server: createServer({ table: counting(table, counts), clock }),
      rootKey,
      signer: createSigner([rootKey]),
      engine: { name: 'sqlite', promises: [] },
      openapi: async () => '{}',
      onError: (error) => console.error(error),
    })
    return async ({ method, path, body, headers = {} }: Call) => {
      const reply = await app.request(path, {
        method,
        headers: { authorization: `Bearer ${rootKey}`, 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body }),
      })
      return { status: reply.status, text: await reply.text() }
    }
  }
  return { counts, send: newSend(), cold: newSend, close }
}
