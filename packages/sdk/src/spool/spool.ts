import { mkdir, open, readdir, readFile, rename, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type CallOptions,
  Client,
  type ClientOptions,
  type LogReceipt,
  type PreparedLog,
  RunmetaError,
  type TargetedLog,
} from '@runmeta/sdk'

/** How a spool is set up. */
export interface SpoolOptions extends ClientOptions {
  /** Where logs wait, each in a file of its own; it is made. Several processes may share it. */
  readonly directory: string
}

/** What became of the logs that waited. */
export interface Flushed {
  readonly sent: number
  /** Logs that the API refused. Each is in a file beside the others that ends in `.refused`, with the reason. */
  readonly refused: number
  /** Logs that wait on, as the API cannot be reached. */
  readonly left: number
}

/** Milliseconds after a failure in which logs go to the disk at once: a job must not wait for each of them. */
const PAUSE_MS = 30_000
const WAITING = '.json'

/**
 * A client whose logs wait on the disk while the API cannot be reached, and count exactly once when they are sent.
 *
 * ```ts
 * import { SpoolClient } from '@runmeta/sdk/spool'
 *
 * const client = new SpoolClient({ directory: '/var/spool/runmeta' })
 * await client.run('nightly').logMetadata({ metadata: { accuracy: 0.97 } }) // sent, or on the disk
 * console.log(await client.flush()) // { sent: 1, refused: 0, left: 0 }
 * ```
 *
 * Logs are sent in the order in which they were made, so that the latest value is the latest. Each later log tries to
 * send those that wait, at most every 30 s; `flush` tries at once. It needs Node, Bun or Deno.
 */
export class SpoolClient extends Client {
  readonly #directory: string
  readonly #ready: Promise<unknown>
  #order = 0
  #pausedUntil = 0
  #flushing: Promise<Flushed> | undefined

  /** @throws ConfigurationError for options that a client does not take */
  constructor({ directory, ...options }: SpoolOptions) {
    super(options)
    this.#directory = directory
    this.#ready = mkdir(directory, { recursive: true })
    // Whoever logs is told.
    this.#ready.catch(() => undefined)
  }

  /**
   * Logs, or writes the log to the disk where the API cannot be reached. Either way it is durable when the promise
   * resolves.
   *
   * @returns what was logged; nothing where the log waits on the disk
   * @throws RunmetaError where the log is refused, unless `onError` says otherwise, and what the file system says
   */
  override async logMetadata(log: TargetedLog): Promise<LogReceipt | undefined> {
    return await this.handled(async () => {
      const prepared = this.prepareLog(log)
      if (this.#isPaused() || (await this.pending()) > 0) {
        await this.#save(prepared)
        if (!this.#isPaused()) await this.flush({ signal: log.signal })
        return undefined
      }
      try {
        return await this.sendLog(prepared, { signal: log.signal })
      } catch (error) {
        if (!(error instanceof RunmetaError && error.retryable)) throw error
        this.#pausedUntil = performance.now() + PAUSE_MS
        await this.#save(prepared)
        return undefined
      }
    })
  }

  /** How many logs wait. */
  async pending(): Promise<number> {
    return (await this.#waiting()).length
  }

  /** Sends the logs that wait, in their order, until the API cannot be reached. */
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
    for (const name of names) {
      const file = join(this.#directory, name)
      const prepared = await this.#read(file)
      // Another process has sent it.
      if (prepared === undefined) continue
      try {
        await this.sendLog(prepared, { signal })
        await unlinkIfThere(file)
        sent++
      } catch (error) {
        if (!(error instanceof RunmetaError)) throw error
        if (error.retryable || error.code === 'aborted') {
          this.#pausedUntil = performance.now() + PAUSE_MS
          break
        }
        await writeFile(`${file}.refused`, JSON.stringify({ ...prepared, error: error.message, code: error.code }))
        await unlinkIfThere(file)
        refused++
      }
    }
    const left = await this.pending()
    if (left === 0) this.#pausedUntil = 0
    return { sent, refused, left }
  }

  #isPaused(): boolean {
    return performance.now() < this.#pausedUntil
  }

  async #waiting(): Promise<string[]> {
    await this.#ready
    return (await readdir(this.#directory)).filter((name) => name.endsWith(WAITING)).sort()
  }

  async #read(file: string): Promise<PreparedLog | undefined> {
    const text = await readFile(file, 'utf8').catch(unlessMissing)
    return text === undefined ? undefined : JSON.parse(text)
  }

  /** A file is there whole or not at all, and on the disk, before the log counts as kept. */
  async #save(prepared: PreparedLog): Promise<void> {
    await this.#ready
    // By time, then by order within the process: names in their order are logs in theirs.
    const time = Date.now().toString(36).padStart(10, '0')
    const order = (this.#order++).toString(36).padStart(8, '0')
    const file = join(this.#directory, `${time}-${order}-${prepared.idempotencyKey.slice(0, 8).replace(/\W/g, '')}`)
    const handle = await open(`${file}.part`, 'wx')
    try {
      await handle.writeFile(JSON.stringify(prepared))
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(`${file}.part`, `${file}${WAITING}`)
    await syncFolder(this.#directory)
  }
}

/** So that the file's name is on the disk, too. Windows has no such thing. */
async function syncFolder(directory: string): Promise<void> {
  const handle = await open(directory, 'r').catch(() => undefined)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'

function unlessMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error
}

const unlinkIfThere = (file: string): Promise<void> => unlink(file).catch(unlessMissing)
