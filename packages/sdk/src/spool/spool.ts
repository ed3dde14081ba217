import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type CallOptions,
  Client,
  type ClientOptions,
  ConfigurationError,
  type LogReceipt,
  type PreparedLog,
  RunmetaError,
  type TargetedLog,
} from '@runmeta/sdk'
import { keep, readKept, removeKept, setAside, waitingIn } from './folder.ts'

/** The options of a spool. */
export interface SpoolOptions extends ClientOptions {
  /** The folder where logs wait, each in its own file. It is created if missing. Several processes may share it. */
  readonly directory: string
}

/** The result of sending the waiting logs. */
export interface Flushed {
  /** Logs that the API accepted. */
  readonly sent: number
  /** Logs that the API refused. Each is in a file beside the others that ends in `.refused`, with the reason. */
  readonly refused: number
  /** Logs that still wait: the API cannot be reached, or the client's key may not send them. */
  readonly left: number
  /** Why the first log that still waits was not sent. */
  readonly error?: RunmetaError
}

/** For this many milliseconds after a failure, logs go straight to the disk, so that a job does not wait for each of them. */
const PAUSE_MS = 30_000

/** Whether the API was not reached: nothing replied in time, or something else did, such as the login page of a hotel's network. */
const isAway = ({ retryable, code }: RunmetaError): boolean => retryable || code === 'unexpected_reply'

/** Whether every log would fail like this until the client's settings change. */
const isOfClient = ({ code }: RunmetaError): boolean => code === 'unauthorized' || code === 'not_configured'

/**
 * A client that keeps logs on the disk while the API cannot be reached. Each log counts exactly once when it is sent.
 *
 * ```ts
 * import { SpoolClient } from '@runmeta/sdk/spool'
 *
 * const client = new SpoolClient({ directory: '/var/spool/runmeta' })
 * await client.run('nightly').logMetadata({ metadata: { accuracy: 0.97 } }) // sent, or on the disk
 * console.log(await client.flush()) // { sent: 1, refused: 0, left: 0 }
 * ```
 *
 * Logs are sent in the order in which they were made. Each later log tries to
 * send the waiting ones, at most every 30 s; `flush` tries at once. Needs Node, Bun or Deno.
 */
export class SpoolClient extends Client {
  readonly #directory: string
  readonly #ready: Promise<unknown>
  /** Files that this client's key may not send, such as those of another run if the key is a run token. */
  readonly #foreign = new Set<string>()
  #order = 0
  #pausedUntil = 0
  #flushing: Promise<Flushed> | undefined

  /** @throws ConfigurationError for unknown or invalid options */
  constructor({ directory, ...options }: SpoolOptions) {
    super(options)
    this.#directory = directory
    this.#ready = mkdir(directory, { recursive: true })
    // The caller gets the error.
    this.#ready.catch(() => undefined)
  }

  /**
   * Logs, or writes the log to the disk if the API cannot be reached. Either way it is durable when the promise
   * resolves. `logMany` does not use the disk.
   *
   * @returns the receipt; undefined if the log waits on the disk
   * @throws RunmetaError if the log or the client's key is refused, or the folder is needed and cannot be used, unless
   * `onError` does not throw. If other logs wait, this one waits too, even if the key is refused
   */
  override async logMetadata(log: TargetedLog): Promise<LogReceipt | undefined> {
    return await this.handled(async () => {
      const prepared = this.prepareLog(log)
      if (this.#isPaused() || (await this.#isAnyWaiting())) {
        await this.#save(prepared)
        if (!this.#isPaused()) await this.flush({ signal: log.signal })
        return undefined
      }
      try {
        return await this.sendLog(prepared, { signal: log.signal })
      } catch (error) {
        if (!(error instanceof RunmetaError && isAway(error))) throw error
        this.#pause()
        await this.#save(prepared)
        return undefined
      }
    })
  }

  /** The number of waiting logs. */
  async pending(): Promise<number> {
    return (await this.#waiting()).length
  }

  /**
   * Sends the waiting logs in order, until the API cannot be reached.
   *
   * @throws UnauthorizedError, ConfigurationError if no log can be sent with the client's key, or the folder cannot be
   * used; then all logs still wait
   */
  async flush({ signal }: CallOptions = {}): Promise<Flushed> {
    this.#flushing ??= this.#flush(signal).finally(() => {
      this.#flushing = undefined
    })
    return await this.#flushing
  }

  async #flush(signal: AbortSignal | undefined): Promise<Flushed> {
    const names = await this.#waiting()
    let sent = 0
    let refused = 0
    let kept: RunmetaError | undefined
    for (const name of names) {
      const file = join(this.#directory, name)
      const prepared = await this.#onDisk(() => readKept(file))
      // Another process has sent it.
      if (prepared === undefined) continue
      try {
        await this.sendLog(prepared, { signal })
        await this.#onDisk(() => removeKept(file))
        sent++
      } catch (error) {
        if (!(error instanceof RunmetaError) || isOfClient(error)) throw error
        if (isAway(error) || error.code === 'aborted') {
          kept ??= error
          this.#pause()
          break
        }
        if (error.code === 'forbidden') {
          kept ??= error
          this.#foreign.add(name)
          continue
        }
        await this.#onDisk(() => setAside(file, prepared, error))
        refused++
      }
    }
    const left = await this.pending()
    if (left === 0) this.#pausedUntil = 0
    return { sent, refused, left, ...(kept === undefined ? {} : { error: kept }) }
  }

  #pause(): void {
    this.#pausedUntil = performance.now() + PAUSE_MS
  }

  #isPaused(): boolean {
    return performance.now() < this.#pausedUntil
  }

  async #isAnyWaiting(): Promise<boolean> {
    // A folder that cannot be used has no waiting logs, and this log may not need it.
    const names = await this.#waiting().catch(() => [])
    return names.some((name) => !this.#foreign.has(name))
  }

  #waiting(): Promise<string[]> {
    return this.#onDisk(() => waitingIn(this.#directory))
  }

  #save(prepared: PreparedLog): Promise<void> {
    return this.#onDisk(() => keep(this.#directory, this.#order++, prepared))
  }

  /** Runs a function on the folder. @throws ConfigurationError with the file system's message */
  async #onDisk<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      await this.#ready
      return await work()
    } catch (error) {
      throw new ConfigurationError(`directory: cannot be used: ${error instanceof Error ? error.message : error}`)
    }
  }
}
