import { randomUUID } from 'node:crypto'
import { type Call, pathOf, post, SMALL, STEP, type World } from '../../test/cost/calls/call.ts'

export interface Reply {
  readonly status: number
  readonly text: string
}
export type Send = (call: Call) => Promise<Reply>

/** The logs of each run that the calls use. */
const LOGS = 10

const unique = (): string => `bench-${randomUUID()}`

/** The JSON of a reply. @throws if the call was refused */
export async function jsonOf<T>(send: Send, call: Call): Promise<T> {
  const { status, text } = await send(call)
  if (status >= 400) throw new Error(`${call.method} ${call.path}: ${status} ${text}`)
  return (text === '' ? undefined : JSON.parse(text)) as T
}

/** Creates runs of 10 logs through the API. */
export async function newWorld(send: Send): Promise<World> {
  let halfway = ''
  async function newSubject(index: boolean) {
    const run = await jsonOf<{ id: string; name: string }>(send, post('/v1/runs', { name: unique(), index }))
    for (let n = 0; n < LOGS; n++) {
      const log = post(pathOf(run.id, '/metadata'), { metadata: SMALL, step: STEP })
      const { log: made } = await jsonOf<{ log: { createdAt: string } }>(send, log)
      if (n === LOGS / 2) halfway = made.createdAt
    }
    return run
  }
  const plain = await newSubject(false)
  const indexed = await newSubject(true)
  return { plain, indexed, halfway, unique, send: (call) => jsonOf(send, call) }
}
