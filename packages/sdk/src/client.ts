import {
  type ApiKey,
  createKey,
  createRunToken,
  type KeyOptions,
  listKeys,
  type NewApiKey,
  type RunToken,
  revokeKey,
  type TokenOptions,
} from './access/key.ts'
import type { CallOptions } from './call.ts'
import { checkOptions } from './check.ts'
import { withNewRunBy } from './context/new-run.ts'
import { runOfToken } from './context/target.ts'
import { ConfigurationError } from './error/local.ts'
import { handled, logWith, type PreparedLog, prepare, sendLog } from './log/log.ts'
import { type LogResult, logMany } from './log/many.ts'
import type { TargetedLog } from './log/options.ts'
import type { LogReceipt } from './log/receipt.ts'
import { type ClientOptions, type Connection, connect } from './options.ts'
import { deleteRun, updateRun } from './run/change.ts'
import { createRun } from './run/create.ts'
import type { Metadata } from './run/fields.ts'
import {
  type Calls,
  CreatedRun,
  type ListedPipelineRun,
  type ListedRun,
  PipelineRun,
  Run,
  RunHandle,
} from './run/handle.ts'
import { history, unset } from './run/history.ts'
import type {
  HistoryEntry,
  HistoryOptions,
  NewRun,
  NewRunOptions,
  ReadOptions,
  RunChanges,
  UnsetOptions,
  WatchOptions,
} from './run/options.ts'
import { readRun } from './run/read.ts'
import { watch } from './run/watch.ts'
import { type Comparison, compare } from './search/compare.ts'
import { list, type RunList } from './search/list.ts'
import type { ListedBy, ListOptions, OnlyListOptions } from './search/options.ts'

/**
 * The API of runmeta.
 *
 * ```ts
 * const run = await new Client().getPipelineRun('nightly')
 * console.log(run.runMetadata['accuracy'])
 * ```
 *
 * All calls throw a {@link RunmetaError} if they fail.
 */
export class Client implements Calls {
  readonly #connection: Connection

  /** @throws ConfigurationError for an unknown option, or for a time or a number of retries that is out of range */
  constructor(options: ClientOptions = {}) {
    checkOptions(options)
    this.#connection = connect(options)
  }

  /**
   * Creates a run, or returns the existing run with this id or name unchanged. `isNew` tells which.
   *
   * @throws NameTakenError, IdTakenError if the id and the name belong to different runs
   */
  async createRun(run: NewRun = {}, options: CallOptions = {}): Promise<CreatedRun> {
    return new CreatedRun(this, await createRun(this.#connection, run, options))
  }

  /**
   * Creates a run, calls `fn` in its context, and then sets the run's status: `completed`, or `failed` if `fn` throws.
   *
   * ```ts
   * const accuracy = await client.withNewRun({ pipeline: 'iris' }, async (run) => {
   *   await logMetadata({ metadata: { rows: 150 } })
   *   return await train(run.name)
   * })
   * ```
   *
   * @returns what `fn` returns
   * @throws NameTakenError if a run of this name exists; to continue it, use `createRun` and `withRun`. With an `onError`
   * that does not throw, `fn` is called even if the run cannot be created or its status cannot be set
   */
  withNewRun<Result>(run: NewRunOptions, fn: (run: CreatedRun) => Result): Promise<Awaited<Result>> {
    return withNewRunBy(this, this.#connection, run, fn)
  }

  /**
   * Changes a run. A retry changes the same run as the first attempt, even if another run has the name by then.
   *
   * @param reference its id or exact name
   * @throws RunNotFoundError, NameTakenError if another run has the new name
   */
  async updateRun(reference: string, changes: RunChanges, options: CallOptions = {}): Promise<Run> {
    return new Run(this, await updateRun(this.#connection, reference, changes, options))
  }

  /**
   * Deletes a run and everything that was logged to it, for good. Its name is free then; its id is never used again. A retry
   * deletes the same run as the first attempt, even if another run has the name by then.
   *
   * @param reference its id or exact name
   * @throws RunNotFoundError
   */
  deleteRun(reference: string, options: CallOptions = {}): Promise<void> {
    return deleteRun(this.#connection, reference, options)
  }

  /**
   * A run with its metadata.
   *
   * ```ts
   * const run = await client.getPipelineRun<{ accuracy: number }>('nightly')
   * console.log(run.runMetadata.accuracy, run.get('/run_metrics/recall'))
   * ```
   *
   * @param reference its id, name, or a prefix that matches only this run
   * @typeParam Data what the caller knows of the metadata; it is not checked
   * @throws RunNotFoundError, AmbiguousRunError
   */
  async getPipelineRun<Data extends object = Metadata>(
    reference: string,
    options: ReadOptions = {},
  ): Promise<PipelineRun<Data>> {
    const { run } = await readRun(this.#connection, reference, options)
    return new PipelineRun<Data>(this, run)
  }

  /**
   * Yields the run now and after every change, until the run has ended. Polling a run that has not changed is a small request.
   *
   * ```ts
   * for await (const run of client.watch('nightly', { interval: 5000 })) console.log(run.status, run.get('/loss'))
   * ```
   *
   * It also ends when the `signal` aborts.
   *
   * @param reference its id, name, or a prefix of either
   * @throws RunNotFoundError, also if the run is deleted while it is watched, and AmbiguousRunError
   */
  async *watch<Data extends object = Metadata>(
    reference: string,
    options: WatchOptions = {},
  ): AsyncGenerator<PipelineRun<Data>, void, undefined> {
    for await (const run of watch(this.#connection, reference, options)) yield new PipelineRun<Data>(this, run)
  }

  /**
   * Lists runs by their fields and by their metadata. Pages are fetched as needed. Each run is a handle.
   *
   * ```ts
   * const accurate = client.listPipelineRuns({
   *   where: '/run_metrics/accuracy >= 0.9',
   *   order: '-/run_metrics/accuracy',
   *   select: ['/run_metrics/accuracy'],
   * })
   * for await (const run of accurate) console.log(run.name, run.selected['/run_metrics/accuracy'])
   * const [best, second] = await accurate.first(2)
   * ```
   *
   * With `include: ['metadata']` they have `runMetadata` and `steps` as well.
   *
   * @typeParam Known what the caller knows of the selected values, by pointer; it is not checked
   * @returns a list that calls the API when you iterate it; it throws a BadRequestError for invalid options
   */
  listPipelineRuns(): RunList<ListedRun>
  listPipelineRuns<Known extends object = never, const Options extends ListOptions = ListOptions>(
    options?: Options & OnlyListOptions<Options>,
  ): RunList<ListedBy<Options, Known>>
  listPipelineRuns(options: ListOptions = {}): RunList<ListedRun | ListedPipelineRun> {
    return list(this, this.#connection, options)
  }

  /**
   * Compares up to 20 runs: the metadata of each, by JSON Pointer.
   *
   * ```ts
   * const table = await client.compare(['iris-1', 'iris-2'])
   * console.log(String(table))
   * for (const { pointer, values } of table.differences) console.log(pointer, ...values)
   * ```
   *
   * @param references ids, which are read in one request; names and prefixes, which cost one request each; or runs
   * @throws RunNotFoundError, AmbiguousRunError
   */
  compare(references: readonly (string | RunHandle)[], { signal }: CallOptions = {}): Promise<Comparison> {
    return compare(references, {
      byIds: (ids) => this.listPipelineRuns({ ids, include: ['metadata'], signal }).first(ids.length),
      byName: (name) => this.getPipelineRun(name, { signal }),
    })
  }

  /**
   * The history of a key, newest first. Pages are fetched as needed.
   *
   * ```ts
   * for await (const { value, createdAt } of client.history('nightly', 'accuracy')) console.log(createdAt, value)
   * ```
   *
   * @param reference the run's id, name, or a prefix of either
   * @throws RunNotFoundError, AmbiguousRunError, KeyNotFoundError if no log ever held the key
   */
  history(reference: string, key: string, options: HistoryOptions = {}): AsyncGenerator<HistoryEntry, void, undefined> {
    return history(this.#connection, reference, key, options)
  }

  /**
   * Removes the value of a key. Its history stays, and a later log sets the key again.
   *
   * @param reference the run's id, name, or a prefix of either
   * @throws RunNotFoundError, AmbiguousRunError, KeyNotFoundError if the key has no value
   */
  unset(reference: string, key: string, options: UnsetOptions = {}): Promise<void> {
    return unset(this.#connection, reference, key, options)
  }

  /**
   * Creates a token for a step: it can only log to one run, by its id. Use it as the `apiKey` of a client,
   * which then knows the run.
   *
   * ```ts
   * const { token } = await client.createRunToken('nightly', { expiresIn: 3600 })
   * await new Client({ apiKey: token }).logMetadata({ metadata: { accuracy: 0.97 } })
   * ```
   *
   * @param reference the run's id or exact name
   * @throws RunNotFoundError
   */
  createRunToken(reference: string, options: TokenOptions): Promise<RunToken> {
    return createRunToken(this.#connection, reference, options)
  }

  /**
   * Creates an API key. Its secret is in the reply and is not shown again. Needs a key with the role `admin`. If the reply
   * is lost the call is not retried, because a retry would create another key.
   *
   * @throws ForbiddenError for a role or a project that the caller may not assign
   */
  createKey(key: KeyOptions, options: CallOptions = {}): Promise<NewApiKey> {
    return createKey(this.#connection, key, options)
  }

  /** Lists the project's API keys, newest first; a root key lists those of all projects. Needs the role `admin`. */
  listKeys(options: CallOptions = {}): Promise<readonly ApiKey[]> {
    return listKeys(this.#connection, options)
  }

  /**
   * Revokes an API key and the run tokens that it issued; all are refused within a minute. Needs the role `admin`.
   *
   * @param id the key's id, not the key
   * @throws NotFoundError
   */
  revokeKey(id: string, options: CallOptions = {}): Promise<void> {
    return revokeKey(this.#connection, id, options)
  }

  /**
   * A handle for a run, without checking that the run exists.
   *
   * @param reference an id, name or prefix. @default the run of the client's run token
   * @throws ConfigurationError if no run is given
   */
  run(reference: string | undefined = runOfToken(this.#connection)): RunHandle {
    if (reference === undefined) throw new ConfigurationError('run() takes the id, name or prefix of a run')
    return new RunHandle(this, reference)
  }

  /**
   * Logs metadata to a run or a step, atomically. It is durable when the promise resolves.
   *
   * @returns the receipt; undefined if the log failed and `onError` does not throw
   * @throws ConfigurationError if there is no run to log to
   * @throws InvalidValueError for a value that cannot be logged, with its pointer
   */
  logMetadata(log: TargetedLog): Promise<LogReceipt | undefined> {
    return logWith(this.#connection, log)
  }

  /**
   * Checks a log and converts it to plain JSON. You can store it anywhere and send it later, with any client of the
   * project. It counts once, however often it is sent.
   *
   * @throws RunmetaError if it cannot be logged
   */
  prepareLog(log: TargetedLog): PreparedLog {
    return prepare(this.#connection, log)
  }

  /** Sends a log that `prepareLog` made. @throws RunmetaError */
  sendLog(prepared: PreparedLog, { signal }: CallOptions = {}): Promise<LogReceipt> {
    return sendLog(this.#connection, prepared, signal)
  }

  /** Logs with the caller's function, and handles its failure according to `onError`. */
  protected handled(log: () => Promise<LogReceipt | undefined>): Promise<LogReceipt | undefined> {
    return handled(this.#connection, log)
  }

  /**
   * Logs to any runs of the project, in as few requests as possible. Each log is atomic by itself, and
   * a refused log does not stop the others.
   *
   * ```ts
   * const results = await client.logMany([
   *   { runIdNameOrPrefix: 'iris-1', metadata: { reviewed: true } },
   *   { runIdNameOrPrefix: 'iris-2', metadata: { reviewed: false } },
   * ])
   * for (const result of results) if (result instanceof RunmetaError) console.error(result.message)
   * ```
   *
   * @returns for each log, in order, its receipt or its error
   * @throws RunmetaError if a whole request fails and `onError` is `'throw'`
   */
  logMany(logs: readonly TargetedLog[], options: CallOptions = {}): Promise<readonly LogResult[]> {
    return logMany(this.#connection, logs, options)
  }
}
