import { randomUUID } from 'node:crypto'
import { rawTable } from '../checkpoint/store.ts'
import { jsonOf, type RunBody, type TestApp } from '../support/app.ts'
import { type Call, get, pathOf, SMALL, STEP, type Subject, type World } from './calls/call.ts'

/** The age of the oldest log of a subject, which is enough for a checkpoint. */
const AGE_MS = 20 * 60_000

export const sendTo = (app: TestApp, { method, path, body, headers = {} }: Call): Promise<Response> =>
  app.request(path, {
    method,
    headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body }),
  })

const unique = (): string => `budget-${randomUUID()}`

/** A run with this many old logs: one is logged through the API, the others are copies of it in the table. */
async function newSubject(app: TestApp, logs: number, isIndexed: boolean): Promise<Subject> {
  const body = JSON.stringify({ name: unique(), index: isIndexed })
  const { id, name } = await jsonOf<RunBody>(app.send('POST', '/v1/runs', body), 201)
  await jsonOf(app.send('POST', pathOf(id, '/metadata'), JSON.stringify({ metadata: SMALL, step: STEP })), 201)
  await rawTable(app).copyLog(id, logs - 1, AGE_MS)
  // The first read of many old logs makes the checkpoint.
  await jsonOf(app.request(pathOf(id)))
  return { id, name }
}

/** @param app a server whose requests are not counted */
export async function newWorld(app: TestApp, logs: number): Promise<Omit<World, 'send'>> {
  const halfway = new Date(Date.now() - AGE_MS + logs / 2).toISOString()
  const [indexed, plain] = await Promise.all([newSubject(app, logs, true), newSubject(app, logs, false)])
  return { indexed, plain, halfway, unique }
}

/** Reads the subjects, so that the server has cached them. */
export async function warm({ indexed, plain, send }: World): Promise<void> {
  for (const { id } of [indexed, plain]) await send(get(pathOf(id)))
}
