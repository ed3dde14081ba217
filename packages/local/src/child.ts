import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { EngineKind } from './kind.ts'
import { LOCKED, SHELL } from './shell.ts'

/** How an engine ended. */
export interface End {
  /** The signal or exit code, and the last that it said. */
  readonly how: string
  /** Whether it never ran because another server has the data. */
  readonly isLocked: boolean
}

/** An engine's process that listens. */
export interface Child {
  readonly ended: Promise<End>
  stop(): Promise<void>
}

export interface ChildOptions {
  readonly kind: EngineKind
  readonly directory: string
  readonly port: number
  /** Told of what takes longer than it should. */
  readonly log: (line: string) => void
}

/** An engine that ended before it listened. */
export class StartError extends Error {
  override readonly name = 'StartError'
  readonly end: End

  constructor(end: End) {
    super(end.how)
    this.end = end
  }
}

/** Milliseconds. */
const QUIET_WITHIN = 10_000
const STILL_EVERY = 2000
const STOP_WITHIN = 5000

/** The last characters kept of what an engine says. */
const KEPT = 2000
/** What every engine says once it listens. */
const LISTENS = /\S* ?listening on \S+/i

/** Ends what is left of a child's process group: the engine, where its shell was killed, and the shell's other half. */
function sweep(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // Nothing was left.
  }
}

/** What a child says on its standard error. */
function hear(child: ChildProcess) {
  let said = ''
  let at = performance.now()
  let listens: () => void = () => undefined
  const listening = new Promise<undefined>((resolve) => {
    listens = () => resolve(undefined)
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-KEPT)
    at = performance.now()
    if (LISTENS.test(said)) listens()
  })
  return {
    listening,
    quietFor: () => performance.now() - at,
    lastLine: () => said.trim().split('\n').at(-1) || 'it says nothing',
    reason: () => said.replace(LISTENS, '').replace(/\s+/g, ' ').trim(),
  }
}

function endOf(child: ChildProcess, reason: () => string): Promise<End> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ how: error.message, isLocked: false }))
    child.once('exit', () => sweep(child))
    child.once('close', (code, signal) => {
      const isLocked = code === LOCKED
      const how = [isLocked ? '' : (signal ?? `exit code ${code}`), reason()].filter((part) => part !== '').join(': ')
      resolve({ how, isLocked })
    })
  })
}

/** Starts an engine, and waits until it says that it listens: another process that has its port is not taken for it. */
export async function startChild({ kind, directory, port, log }: ChildOptions): Promise<Child> {
  const lock = [join(directory, 'lock'), String(process.pid), kind.locksItself ? 'unlocked' : 'locked']
  // A group of its own: Ctrl-C on the terminal is for the server, which ends the engine after its last request.
  const child = spawn('/bin/sh', ['-c', SHELL, 'engine', ...lock, ...kind.command(directory, port)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  // A shell that was killed has closed its end.
  child.stdin?.on('error', () => undefined)
  const heard = hear(child)
  const ended = endOf(child, heard.reason)
  for (;;) {
    const end = await Promise.race([heard.listening, ended, delay(STILL_EVERY, 'slow' as const, { ref: false })])
    if (end === undefined) break
    if (end !== 'slow') throw new StartError(end)
    if (heard.quietFor() > QUIET_WITHIN) {
      sweep(child)
      throw new StartError({ how: `nothing was heard of it for ${QUIET_WITHIN} ms`, isLocked: false })
    }
    log(`the engine is not ready yet: ${heard.lastLine()}`)
  }
  return {
    ended,
    stop: async () => {
      child.stdin?.end()
      const end = await Promise.race([ended, delay(STOP_WITHIN, undefined, { ref: false })])
      if (end === undefined) sweep(child)
    },
  }
}
