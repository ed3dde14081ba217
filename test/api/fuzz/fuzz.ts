import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import fc from 'fast-check'
import { expect } from 'vitest'
import { expectDescribed } from '../../support/openapi.ts'
import { brokenOf } from './broken.ts'
import { type FuzzRequest, requestsOf } from './requests.ts'
import { NAMES } from './schema.ts'

/** The server that is tried, a process of its own. */
export interface Target {
  readonly url: string
  readonly key: string
  readonly pid: number
}

export interface FuzzResult {
  readonly requests: number
  /** How many replies there were of each status. */
  readonly statuses: Readonly<Record<string, number>>
  /** MiB that the process had resident after each tenth of the requests. */
  readonly memory: readonly number[]
}

/** Requests that are sent at once. */
const AT_ONCE = 8
/** Milliseconds after which a request that has no reply hangs: a store that is gone is told of within 15 s. */
const HANGS = 20_000

/** Milliseconds in which a client that sent all it has waits for replies. */
const REPLIES = 100

/** Statuses that the contract knows. */
const STATUSES = new Set([200, 201, 204, 304, 400, 401, 403, 404, 405, 409, 413, 415, 422])

async function residentMiB(pid: number): Promise<number> {
  const [, kib = '0'] = /^VmRSS:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? []
  return Math.round(Number(kib) / 1024)
}

/** Runs over requests in batches, each sent at once, and looks at the process's memory in between. */
async function inBatches<T>(
  requests: fc.Arbitrary<T>,
  { pid }: Target,
  count: number,
  send: (request: T) => Promise<readonly number[]>,
): Promise<FuzzResult> {
  const statuses: Record<string, number> = {}
  const memory: number[] = []
  let sent = 0
  const batch = fc.array(requests, { minLength: AT_ONCE, maxLength: AT_ONCE })
  const property = fc.asyncProperty(batch, async (together) => {
    for (const replies of await Promise.all(together.map(send))) {
      for (const status of replies) statuses[status] = (statuses[status] ?? 0) + 1
    }
    sent += together.length
    if (sent >= ((memory.length + 1) * count) / 10) memory.push(await residentMiB(pid))
  })
  await fc.assert(property, { numRuns: Math.ceil(count / AT_ONCE), endOnFailure: true })
  return { requests: sent, statuses, memory }
}

/** Requests of the OpenAPI document, right and wrong. */
export async function fuzzDocument(target: Target, count: number): Promise<FuzzResult> {
  const { url, key } = target
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  for (const name of NAMES) await fetch(`${url}/v1/runs`, { method: 'POST', headers, body: JSON.stringify({ name }) })

  async function send({ method, path, headers: given, body }: FuzzRequest): Promise<number[]> {
    const init = { method, headers: given, ...(body === undefined ? {} : { body }), signal: AbortSignal.timeout(HANGS) }
    const reply = await fetch(url + path, init)
    await expectDescribed(method, url + path, reply)
    expect(STATUSES, `${method} ${path}`).toContain(reply.status)
    await reply.arrayBuffer()
    return [reply.status]
  }
  return inBatches(requestsOf(key), target, count, send)
}

/** The replies in what a server sent, each with a length. */
function repliesIn(text: string): Response[] {
  const replies: Response[] = []
  let rest = text
  while (rest !== '') {
    const end = rest.indexOf('\r\n\r\n')
    const [line = '', ...lines] = rest.slice(0, end).split('\r\n')
    const [, status = ''] = /^HTTP\/1\.1 (\d{3}) /.exec(line) ?? []
    expect(status, `a reply begins with ${JSON.stringify(rest.slice(0, 60))}`).not.toBe('')
    const headers = new Headers(
      lines.map((header): [string, string] => [
        header.split(':')[0] ?? '',
        header.slice(header.indexOf(':') + 1).trim(),
      ]),
    )
    const length = Number(headers.get('content-length') ?? 0)
    const body = rest.slice(end + 4, end + 4 + length)
    rest = rest.slice(end + 4 + length)
    if (status === '100') continue
    // What was read byte by byte is UTF-8 still.
    const bytes = Buffer.from(body, 'latin1')
    expect(bytes.length, 'a reply is whole').toBe(length)
    replies.push(new Response(['204', '304'].includes(status) ? null : bytes, { status: Number(status), headers }))
  }
  return replies
}

/** Bytes that nearly are HTTP. */
export async function fuzzBytes(target: Target, count: number): Promise<FuzzResult> {
  const port = Number(new URL(target.url).port)

  async function send(bytes: string): Promise<number[]> {
    const socket = connect(port, '127.0.0.1')
    socket.setTimeout(HANGS, () => socket.destroy(new Error('the server hangs')))
    await once(socket, 'connect')
    socket.write(bytes, 'latin1')
    // A reply that is under way when a client has no more to say is not waited for.
    const patience = setTimeout(() => socket.end(), REPLIES)
    const chunks: Buffer[] = []
    try {
      for await (const chunk of socket) chunks.push(chunk)
    } catch (error) {
      // A server may close before it has read all of what it refuses.
      if (!(error instanceof Error && 'code' in error && ['ECONNRESET', 'EPIPE'].includes(String(error.code))))
        throw error
    }
    clearTimeout(patience)
    const replies = repliesIn(Buffer.concat(chunks).toString('latin1'))
    for (const reply of replies) {
      expect(STATUSES).toContain(reply.status)
      if (reply.status >= 400) await expectDescribed('POST', '/', reply)
    }
    return replies.map(({ status }) => status)
  }
  return inBatches(brokenOf(target.key), target, count, send)
}

/** MiB by which a process may grow after its first tenth. */
const GROWTH = 100

/** A process that keeps something of each request grows without end. */
export function expectFlat({ memory }: FuzzResult): void {
  const [early = 0, ...later] = memory
  expect(Math.max(...later) - early, `MiB resident: ${memory.join(', ')}`).toBeLessThan(GROWTH)
}
