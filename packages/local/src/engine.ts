import type { Engine } from '@runmeta/api/env'
import { type Child, type End, StartError, startChild } from './child.ts'
import { type EngineKind, type EngineName, engineKind } from './kind.ts'
import { freePort } from './port.ts'
import { supervise } from './supervise.ts'

export interface EngineOptions {
  /** The best that is installed where none is named. */
  readonly name?: EngineName | undefined
  /** Told, a line each, of what the user should know: deaths, slow starts. */
  readonly log?: (line: string) => void
}

/** An embedded engine that serves the DynamoDB API on loopback, started again whenever it dies. */
export interface RunningEngine {
  readonly engine: Engine
  readonly endpoint: string
  /** Settles with the reason when the engine is given up. */
  readonly failed: Promise<string>
  stop(): Promise<void>
}

/** How often another port is tried where a free one was taken before the engine had it. */
const PORTS = 3

function refusal(kind: EngineKind, directory: string, { how, isLocked }: End): Error {
  if (isLocked) return new Error(`RUNMETA_DATA ${directory} is ${how}`)
  return new Error(`the engine ${kind.name} did not start: ${how}`)
}

/** Starts the engine over a data directory, waits until it answers, and keeps it running. */
export async function startEngine(directory: string, options: EngineOptions = {}): Promise<RunningEngine> {
  const { name, log = () => undefined } = options
  const kind = engineKind(name)
  for (let tries = 1; ; tries++) {
    const port = await freePort()
    const start = (): Promise<Child> => startChild({ kind, directory, port, log })
    try {
      const { failed, stop } = supervise(await start(), { start, log })
      const { promises } = kind
      return { engine: { name: kind.name, promises }, endpoint: `http://127.0.0.1:${port}`, failed, stop }
    } catch (error) {
      if (!(error instanceof StartError)) throw error
      if (tries === PORTS || !/in use|EADDRINUSE/.test(error.end.how)) throw refusal(kind, directory, error.end)
    }
  }
}
