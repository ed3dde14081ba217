import { readObject } from '@runmeta/sdk/value/read'
import { isValueObject, type Value, type ValueObject } from '@runmeta/sdk/value/value'
import { expect } from 'vitest'

/** A project of a server, with a key of the role `admin`. */
export interface Project {
  readonly url: string
  readonly key: string
}

/** Sends a request to a project. @returns the reply's JSON with exact numbers, if it has any */
export async function call({ url, key }: Project, method: string, path: string, body?: string) {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const reply = await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) })
  const text = await reply.text()
  return { status: reply.status, body: text === '' ? undefined : readObject(text, 'literal') }
}

export async function newProject(url: string, rootKey: string, project: string): Promise<Project> {
  const body = JSON.stringify({ role: 'admin', project })
  const { body: made } = await call({ url, key: rootKey }, 'POST', '/v1/keys', body)
  expect(made).toMatchObject({ project })
  return { url, key: String(made?.key) }
}

async function read(project: Project, path: string): Promise<ValueObject> {
  const { status, body } = await call(project, 'GET', path)
  expect({ path, status }).toEqual({ path, status: 200 })
  return body ?? {}
}

const without = (value: Value | undefined, ...names: string[]): ValueObject =>
  isValueObject(value) ? Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name))) : {}

const listIn = (value: Value | undefined): readonly Value[] => (Array.isArray(value) ? value : [])

/** All pages of a list, which is a member of the replies. */
async function paged(project: Project, path: string, member: string): Promise<Value[]> {
  const found: Value[] = []
  let next: Value | undefined
  do {
    const page = await read(project, next === undefined ? path : `${path}&cursor=${encodeURIComponent(String(next))}`)
    found.push(...listIn(page[member]))
    next = page.next
  } while (next !== undefined)
  return found
}

const keysIn = (value: Value | undefined): string[] => (isValueObject(value) ? Object.keys(value) : [])

/**
 * Everything that a reader sees of a project, except what differs in a copy: the ids, positions and authors of logs.
 * @param queries searches, of which only the ids of the runs are compared
 */
export async function shownOf(project: Project, queries: readonly string[]) {
  const runs = await paged(project, '/v1/runs?limit=200', 'runs')
  const shown: unknown[] = []
  for (const run of runs) {
    const id = isValueObject(run) ? String(run.id) : ''
    const logs = await paged(project, `/v1/runs/${id}/logs?limit=1000`, 'logs')
    const keys = new Set(logs.flatMap((log) => (isValueObject(log) ? keysIn(log.metadata) : [])))
    const steps = new Set(
      logs.flatMap((log) => (isValueObject(log) && log.step !== undefined ? [String(log.step)] : [])),
    )
    const histories: unknown[] = []
    for (const key of keys) {
      for (const step of [undefined, ...steps]) {
        const query = new URLSearchParams({ key, limit: '1000', ...(step === undefined ? {} : { step }) })
        const { status, body } = await call(project, 'GET', `/v1/runs/${id}/history?${query}`)
        const entries = listIn(body?.entries).map((entry) => without(entry, 'log', 'by'))
        histories.push({ key, step, status, entries })
      }
    }
    shown.push({
      run: await read(project, `/v1/runs/${id}`),
      logs: logs.map((log) => without(log, 'id', 'position', 'by')),
      histories,
    })
  }
  const searches = []
  for (const query of queries) {
    const found = await paged(project, `/v1/runs?${query}`, 'runs')
    searches.push({ query, ids: found.map((run) => (isValueObject(run) ? run.id : undefined)) })
  }
  return { runs: shown, searches }
}
