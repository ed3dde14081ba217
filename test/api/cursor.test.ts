import { createHash } from 'node:crypto'
import { CALLS } from '@runmeta/api/openapi/calls'
import { beforeAll, describe, expect, it } from 'vitest'
import { BULKY, log, newRun } from '../checkpoint/timed.ts'
import { jsonOf, refusalOf, type TestApp, testApp } from '../support/app.ts'

const CHECK_BYTES = 9

/** A cursor with a valid hash of any text; the hash has no key, so anyone can make one. */
function forged(call: readonly unknown[], text: string): string {
  const check = createHash('sha256')
    .update(JSON.stringify([call, text]))
    .digest()
    .subarray(0, CHECK_BYTES)
  return Buffer.concat([check, Buffer.from(text)]).toString('base64url')
}

const textOf = (cursor: string): string => Buffer.from(cursor, 'base64url').subarray(CHECK_BYTES).toString()

const POSITION = '0'.repeat(21)
const ANYWHERE = [
  'null',
  '5',
  '""',
  'true',
  '{}',
  '[]',
  '[null]',
  '[[]]',
  '[""]',
  '[{"a":1}]',
  '["\\ud800"]',
  'no JSON',
  '',
  JSON.stringify(['x'.repeat(2000)]),
]

/** A call that accepts a cursor: its path, its parameter, the kind of its cursors, and invalid states. */
interface Paged {
  readonly id: string
  readonly path: string
  readonly parameter: string
  readonly call: readonly unknown[]
  readonly cursor: string
  readonly wrong: readonly string[]
}

describe('a cursor with a valid hash and an invalid state', () => {
  let app: TestApp
  let calls: readonly Paged[]
  beforeAll(async () => {
    app = await testApp()
    const run = await newRun(app)
    for (let n = 0; n < 8; n++) await jsonOf(log(app, run, `{"metadata":{"k":${n},"k${n}":${BULKY}}}`), 201)
    await newRun(app)
    const { metadataNext } = await jsonOf<{ metadataNext: string }>(app.request(`/v1/runs/${run}`))
    const history = `/v1/runs/${run}/history?key=k&limit=1`
    const listed = await jsonOf<{ next: string }>(app.request('/v1/runs?limit=1'))
    const past = await jsonOf<{ next: string }>(app.request(history))
    const logs = `/v1/runs/${run}/logs?limit=1`
    const logged = await jsonOf<{ next: string }>(app.request(logs))
    calls = [
      {
        id: 'getRun',
        path: `/v1/runs/${run}?`,
        parameter: 'metadataCursor',
        call: ['metadata', 'default', run],
        cursor: metadataNext,
        wrong: [
          JSON.stringify([POSITION]),
          JSON.stringify([POSITION, POSITION]),
          JSON.stringify([POSITION, 'x', 0]),
          JSON.stringify(['~', POSITION, 0]),
          JSON.stringify([POSITION, POSITION, '0']),
          JSON.stringify([POSITION, POSITION, -1]),
          JSON.stringify([POSITION, POSITION, 0.5]),
          JSON.stringify([POSITION, POSITION, 0, null]),
          JSON.stringify([POSITION, POSITION, 0, 'step', 1]),
        ],
      },
      {
        id: 'getHistory',
        path: `${history}&`,
        parameter: 'cursor',
        call: ['history', 'default', run, 'k', null],
        cursor: past.next,
        wrong: [
          JSON.stringify([POSITION]),
          JSON.stringify([POSITION, 1]),
          JSON.stringify(['~', true]),
          JSON.stringify(['', true]),
          JSON.stringify([POSITION, true, true]),
        ],
      },
      {
        id: 'getLogs',
        path: `${logs}&`,
        parameter: 'cursor',
        call: ['logs', 'default', run],
        cursor: logged.next,
        wrong: [
          JSON.stringify(['~']),
          JSON.stringify([5]),
          JSON.stringify([POSITION, true]),
          JSON.stringify([POSITION, POSITION]),
        ],
      },
      {
        id: 'listRuns',
        path: '/v1/runs?limit=1&',
        parameter: 'cursor',
        call: ['search', 'default', { where: [], select: [], isWhole: false }],
        cursor: listed.next,
        wrong: [JSON.stringify(['x', 'y']), JSON.stringify([5])],
      },
    ]
  })

  it('is sent to each call with such a parameter', () => {
    const paged = CALLS.filter(({ parameters = [] }) => parameters.some((name) => /cursor$/i.test(name)))
    expect(calls.map(({ id }) => id).sort()).toEqual(paged.map(({ id }) => id).sort())
  })

  it('gets a 400 from each call that accepts a cursor', async () => {
    for (const { path, parameter, call, cursor, wrong } of calls) {
      // Proves that `forged` works: it makes the same cursor as the server.
      expect(forged(call, textOf(cursor))).toBe(cursor)
      for (const text of [...ANYWHERE, ...wrong]) {
        const reply = app.request(`${path}${parameter}=${forged(call, text)}`)
        const { detail } = await refusalOf(reply, 400, 'bad_request')
        const member = parameter === 'metadataCursor' ? 'metadataNext' : 'next'
        expect(detail, text).toMatch(new RegExp(`^${parameter}: .*send \`${member}\` of`))
      }
    }
    expect(app.reports).toEqual([])
  })

  it('is accepted if its state is valid', async () => {
    for (const { path, parameter, cursor } of calls) await jsonOf(app.request(`${path}${parameter}=${cursor}`))
  })
})
