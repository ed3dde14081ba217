import { expect } from 'vitest'
import { expectBothKinds, expectOnce, type Kept, type Log, type Made, makeLogs } from '../support/writers.ts'
import { ended, type Servers } from './server.ts'

/** Acknowledgements before a kill: at least this many, and at most twice as many. */
const BEFORE = 40
const WRITERS = 16
/** Acknowledged logs that are sent again. */
const REPEATED = 10
/** Attempts for a repeated log, because a server that just started may be too busy. */
const MAX_TRIES = 5

interface Cut {
  readonly run: string
  readonly made: readonly Made[]
}

/** Sends a log once. @returns undefined if it is refused or gets no reply */
const logTo =
  ({ call }: Servers, url: string, run: string): Log =>
  async ({ id, metadata, isRepeated }) => {
    try {
      const body = JSON.stringify({ metadata })
      const headers: Record<string, string> = isRepeated ? { 'idempotency-key': id } : {}
      const reply = await call(url, `/v1/runs/${run}/metadata`, { method: 'POST', body, headers })
      const text = await reply.text()
      return reply.status === 201 ? (JSON.parse(text) as { log: { id: string } }).log.id : undefined
    } catch {
      return undefined
    }
  }

/** Sends unacknowledged logs again, and some acknowledged ones, whose reply must be the same as before. */
async function sentAgain(first: readonly Made[], log: Log): Promise<Made[]> {
  let repeats = 0
  return Promise.all(
    first.map(async (one) => {
      const { making } = one
      if (!making.isRepeated || (one.log !== undefined && repeats++ >= REPEATED)) return one
      let again: string | undefined
      for (let tries = 0; again === undefined && tries < MAX_TRIES; tries++) again = await log(making)
      if (one.log !== undefined) expect([one.log, undefined]).toContain(again)
      return { ...one, log: one.log ?? again }
    }),
  )
}

/** Checks the logs after a kill and a restart. */
async function expectKept({ call }: Servers, url: string, { run, made }: Cut): Promise<void> {
  const read = async <T>(path: string): Promise<T> => (await (await call(url, `/v1/runs/${run}${path}`)).json()) as T
  const { metadata } = await read<{ metadata: Record<string, unknown> }>('')
  const { entries, next } = await read<{ entries: Kept[]; next?: string }>('/history?key=seq&limit=1000')
  if (next !== undefined) throw new Error('a cut makes fewer logs than a page of the history has')
  expectOnce(made, metadata, entries)
}

/**
 * Kills a server while many writers log, this many times, and each time compares the run with the acknowledged logs.
 * Unacknowledged logs with an idempotency key are sent again after the restart.
 */
export async function cuts(servers: Servers, rounds: number): Promise<void> {
  const { start, post } = servers
  const all: Cut[] = []
  let server = await start()
  for (let round = 0; round < rounds; round++) {
    const run = `cut-${round}`
    await post(server.url, '/v1/runs', { name: run })
    const { child, url } = server
    const enough = BEFORE * (1 + Math.random())
    const log = logTo(servers, url, run)
    let acknowledged = 0
    let isCut = false
    const first = await makeLogs({
      count: WRITERS,
      log: async (making) => {
        const id = await log(making)
        if (id !== undefined && ++acknowledged > enough && !isCut) {
          isCut = true
          child.kill('SIGKILL')
        }
        return id
      },
      isOver: () => isCut,
    })
    await ended(child)
    server = await start()
    const made = await sentAgain(first, logTo(servers, server.url, run))
    all.push({ run, made })
    await expectKept(servers, server.url, { run, made })
  }
  for (const cut of all) await expectKept(servers, server.url, cut)
  expectBothKinds(all.flatMap(({ made }) => made))
}
