import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import fc from 'fast-check'
import { expect } from 'vitest'
import { expectDescribed } from '../../support/openapi.ts'
import { brokenOf } from './broken.ts'
import { type FuzzRequest, requestsOf } from './requests.ts'
import { NAMES } from './schema.ts'

/** The server under test, which is another process. */
export interface Target {
  readonly url: string
  readonly key: string
  readonly pid: number
}

export interface FuzzResult {
  readonly requests: number
  /** The number of replies by status. */
  readonly statuses: Readonly<Record<string, number>>
  /** Resident memory of the process in MiB after each tenth of the requests. */
  readonly memory: readonly number[]
}

/** Concurrent requests. */
const AT_ONCE = 8
/** Milliseconds without a reply after which a request counts as hanging. */
const HANG_MS = 60_000

/** Milliseconds for which a client waits for replies after it has sent everything. */
const REPLY_WAIT_MS = 100

/** The statuses of the contract. */
const STATUSES = new Set([200, 201, 204, 304, 400, 401, 403, 404, 405, 409, 413, 415, 422])

async function residentMiB(pid: number): Promise<number> {
  const [, kib = '0'] = /^VmRSS:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? []
  return Math.round(Number(kib) / 1024)
}

/** Sends requests in concurrent batches, and measures the memory of the process in between. */
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

export async function fuzzDocument(target: Target, count: number): Promise<FuzzResult> {
  const { url, key } = target
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  for (const name of NAMES) await fetch(`${url}/v1/runs`, { method: 'POST', headers, body: JSON.stringify({ name }) })

  async function send({ method, path, headers: given, body }: FuzzRequest): Promise<number[]> {
    const init = {
      method,
      headers: given,
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(HANG_MS),
    }
    const reply = await fetch(url + path, init)
    await expectDescribed(method, url + path, reply)
    expect(STATUSES, `${method} ${path}`).toContain(reply.status)
    await reply.arrayBuffer()
    return [reply.status]
  }
  return inBatches(requestsOf(key), target, count, send)
}

/** Splits the bytes of a server into replies, by their lengths. */
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
    // The bytes of the body are UTF-8.
    const bytes = Buffer.from(body, 'latin1')
    expect(bytes.length, 'a reply is whole').toBe(length)
    replies.push(new Response(['204', '304'].includes(status) ? null : bytes, { status: Number(status), headers }))
  }
  return replies
}

export async function fuzzBytes(target: Target, count: number): Promise<FuzzResult> {
  const port = Number(new URL(target.url).port)

  async function send(bytes: string): Promise<number[]> {
    const socket = connect(port, '127.0.0.1')
    socket.setTimeout(HANG_MS, () => socket.destroy(new Error('the server hangs')))
    await once(socket, 'connect')
    socket.write(bytes, 'latin1')
    // A client that has sent everything does not wait for a late reply.
    const timer = setTimeout(() => socket.end(), REPLY_WAIT_MS)
    const chunks: Buffer[] = []
    try {
      for await (const chunk of socket) chunks.push(chunk)
    } catch (error) {
      // A server may close the connection before it has read a refused request completely.
      if (!(error instanceof Error && 'code' in error && ['ECONNRESET', 'EPIPE'].includes(String(error.code))))
        throw error
    }
    clearTimeout(timer)
    const replies = repliesIn(Buffer.concat(chunks).toString('latin1'))
    for (const reply of replies) {
      expect(STATUSES).toContain(reply.status)
      if (reply.status >= 400) await expectDescribed('POST', '/', reply)
    }
    return replies.map(({ status }) => status)
  }
  return inBatches(brokenOf(target.key), target, count, send)
}

/** MiB by which a process may grow after the first tenth of the requests. */
const GROWTH = 100

/** Checks that the process does not leak memory. */
export function expectFlat({ memory }: FuzzResult): void {
  const [early = 0, ...later] = memory
  expect(Math.max(...later) - early, `MiB resident: ${memory.join(', ')}`).toBeLessThan(GROWTH)
}
