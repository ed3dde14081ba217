import { randomBytes, randomUUID } from 'node:crypto'
import { assertAllGuarded, requires } from '@runmeta/api/authorize'
import type { Env } from '@runmeta/api/env'
import document from '@runmeta/api/openapi.json' with { type: 'json' }
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusalOf } from '../support/app.ts'
import { newKey } from '../support/keys.ts'
import { type AuthApp, CREDENTIALS, type Credential, OTHER, OWN, startAuthApp } from './credentials.ts'
import { type Row, TABLE, type Target } from './table.ts'

const PROJECTS = [OWN, OTHER] as const

/** The cells of a row, in the order of the credentials. */
const cellsOf = (text: string): string[] => text.split(/[ |]+/)

describe('authorization', () => {
  let auth: AuthApp
  let checked = 0
  beforeAll(async () => {
    auth = await startAuthApp()
  })
  afterAll(() => void process.stdout.write(`the table of credentials: ${checked} cells checked\n`))

  /** A new run and a new key, because some calls delete theirs. */
  async function newTarget(project: string): Promise<Target> {
    const [run, key] = await Promise.all([auth.newRun(project), newKey(auth.app, { role: 'read', project })])
    return { run: run.id, key: key.id, project }
  }

  async function ask(row: Row, target: Target, headers: Record<string, string>): Promise<Response> {
    const [method = ''] = row.route.split(' ')
    const all = { ...headers, 'x-request-id': 'same' }
    const body = row.body?.(target)
    return body === undefined
      ? auth.app.request(row.path(target), { method, headers: all })
      : auth.app.send(method, row.path(target), JSON.stringify(body), all)
  }

  async function checkCell(row: Row, project: string, credential: Credential, cell: string): Promise<void> {
    const [status = '', needed = row.needs] = cell.split(':')
    const target = await newTarget(project)
    // A key cannot issue a token for a run of another project, so that column uses a token for an own run.
    const headers = await auth.headersOf(credential, project === OWN ? target.run : (await auth.newRun(OWN)).id)
    const reply = await ask(row, target, headers)
    const place = `${row.route}, ${project === OWN ? 'own project' : 'another project'}, ${credential}`
    expect.soft(reply.status, place).toBe(Number(status))
    const text = await reply.text()
    if (reply.status === 401) {
      expect.soft(reply.headers.get('www-authenticate'), place).toMatch(/^Bearer/)
      await refusalOf(new Response(text, reply), 401, 'unauthorized')
    }
    if (reply.status === 403)
      expect
        .soft((await refusalOf(new Response(text, reply), 403, 'forbidden')).detail, place)
        .toContain(`role ${needed}`)
    if (reply.status === 404) {
      await refusalOf(new Response(text, reply), 404, row.absent ?? 'none is expected')
      const never = { ...target, run: randomUUID(), key: randomBytes(8).toString('hex') }
      const other = await ask(row, never, headers)
      expect.soft([text, [...reply.headers]], place).toEqual([await other.text(), [...other.headers]])
    }
    if (reply.status === 200 && project === OTHER && row.hides !== undefined && row.hides.not !== credential)
      expect.soft(text, place).not.toContain(`"id":"${target[row.hides.what]}"`)
    checked++
  }

  describe.each(PROJECTS)('for a target in the project %s', (project) => {
    it.each(TABLE)('allows exactly the credentials that the table lists: $route', async (row) => {
      const cells = cellsOf(project === OWN ? row.own : row.other)
      expect(cells).toHaveLength(CREDENTIALS.length)
      for (const [index, credential] of CREDENTIALS.entries())
        await checkCell(row, project, credential, cells[index] ?? 'none')
    })
  })

  it('is documented for each route', () => {
    const paths: Record<string, Record<string, { readonly description?: string }>> = document.paths
    const token = CREDENTIALS.indexOf('token of this run')
    for (const { route, needs: needed, own } of TABLE) {
      const [method = '', path = ''] = route.split(' ')
      const call = paths[path.replaceAll(/:(\w+)(\{[^}]*\})?/g, '{$1}')]?.[method.toLowerCase()]
      expect(call?.description, route).toMatch(needed === 'nothing' ? /no key/ : `role \`${needed}\``)
      const takesToken = needed !== 'nothing' && cellsOf(own)[token] !== '403'
      expect(call?.description?.includes('a run token of this run'), route).toBe(takesToken)
    }
  })

  it('has exactly one row in its table for each route', () => {
    const rows = TABLE.map(({ route }) => route)
    const routes = new Set(auth.app.routes.map(({ method, path }) => `${method} ${path}`))
    expect([...rows].sort()).toEqual([...routes].sort())
  })
})

describe('a route without `requires`', () => {
  const answer = (c: { text(text: string): Response }) => c.text('in')

  it.each<[string, (app: Hono<Env>) => Hono<Env>]>([
    ['GET /x', (app) => app.get('/x', answer)],
    ['POST /x', (app) => app.get('/x', requires({ role: 'read' }), answer).post('/x', answer)],
    ['GET /y', (app) => app.use(requires({ role: 'read' })).get('/y', answer)],
    ['ALL /z', (app) => app.all('/z', answer)],
    ['GET /x', (app) => app.get('/x', answer, requires({ role: 'read' }))],
  ])('prevents the app from being created: %s', (route, add) => {
    expect(() => assertAllGuarded(add(new Hono<Env>()))).toThrow(`${route} does not say what it needs`)
  })
})
