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
 * All calls fail with a {@link RunmetaError}.
 */
export class Client implements Calls {
  readonly #connection: Connection

  /** @throws ConfigurationError for an unknown option, a time or a number of retries out of range */
  constructor(options: ClientOptions = {}) {
    checkOptions(options)
    this.#connection = connect(options)
  }

  /**
   * Creates a run, or gets the one that has this id or name already, unchanged; `isNew` says which.
   *
   * @throws NameTakenError, IdTakenError where id and name belong to different runs
   */
  async createRun(run: NewRun = {}, options: CallOptions = {}): Promise<CreatedRun> {
    return new CreatedRun(this, await createRun(this.#connection, run, options))
  }

  /**
   * Creates a run, calls `fn` in its context, and then sets the run's status: `completed`, or `failed` where `fn` throws.
   *
   * ```ts
   * const accuracy = await client.withNewRun({ pipeline: 'iris' }, async (run) => {
   *   await logMetadata({ metadata: { rows: 150 } })
   *   return await train(run.name)
   * })
   * ```
   *
   * @returns what `fn` returns
   * @throws NameTakenError where a run of this name was there: `createRun` and `withRun` go on with it. With an `onError`
   * that does not throw, `fn` is called even where the run cannot be created or its status cannot be set
   */
  async withNewRun<Result>(run: NewRunOptions, fn: (run: CreatedRun) => Result): Promise<Awaited<Result>> {
    return await withNewRunBy(this, this.#connection, run, fn)
  }

  /**
   * Changes a run. It is found once: if the call has to be sent again, it changes the same run, whatever has its name by
   * then.
   *
   * @param reference its id or exact name
   * @throws RunNotFoundError, NameTakenError
   */
  async updateRun(reference: string, changes: RunChanges, options: CallOptions = {}): Promise<Run> {
    return new Run(this, await updateRun(this.#connection, reference, changes, options))
  }

  /**
   * Deletes a run and everything that was logged to it, for good. Its name is free then; its id is never used again. It is found
   * once: if the call has to be sent again, it deletes the same run, whatever has its name by then.
   *
   * @param reference its id or exact name
   * @throws RunNotFoundError
   */
  async deleteRun(reference: string, options: CallOptions = {}): Promise<void> {
    await deleteRun(this.#connection, reference, options)
  }

  /**
   * A run with its metadata.
   *
   * ```ts
   * const run = await client.getPipelineRun<{ accuracy: number }>('nightly')
   * console.log(run.runMetadata.accuracy, run.get('/run_metrics/recall'))
   * ```
   *
   * @param reference its id, name, or a prefix of either that no other run has
   * @typeParam Data what the caller knows of the metadata; it is not checked
   * @throws RunNotFoundError, AmbiguousRunError
   */
  async getPipelineRun<Data extends object = Metadata>(
    reference: string,
    options: ReadOptions = {},
  ): Promise<PipelineRun<Data>> {
    const reading = await readRun(this.#connection, reference, options)
    if (reading === undefined) throw new ConfigurationError('fetch gave 304')
    return new PipelineRun<Data>(this, reading.run)
  }

  /**
   * The run now and after every change, until it has ended. A run that has not changed costs a small request.
   *
   * ```ts
   * for await (const run of client.watch('nightly', { interval: 5000 })) console.log(run.status, run.get('/loss'))
   * ```
   *
   * It ends as well when the `signal` aborts.
   *
   * @param reference its id, name, or a prefix of either
   * @throws RunNotFoundError, also where the run is deleted meanwhile, and AmbiguousRunError
   */
  async *watch<Data extends object = Metadata>(
    reference: string,
    options: WatchOptions = {},
  ): AsyncGenerator<PipelineRun<Data>, void, undefined> {
    for await (const run of watch(this.#connection, reference, options)) yield new PipelineRun<Data>(this, run)
  }

  /**
   * Runs by what they are and by what was logged to them; a page is fetched as it is needed. Each is one to call by.
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
   * @returns a list that asks the API when it is iterated; it fails with a BadRequestError for options that it does not take
   */
  listPipelineRuns(): RunList<ListedRun>
  listPipelineRuns<Known extends object = never, const Options extends ListOptions = ListOptions>(
    options?: Options & OnlyListOptions<Options>,
  ): RunList<ListedBy<Options, Known>>
  listPipelineRuns(options: ListOptions = {}): RunList<ListedRun | ListedPipelineRun> {
    return list(this, this.#connection, options)
  }

  /**
   * Up to 20 runs side by side: what was logged to each, by JSON Pointer.
   *
   * ```ts
   * const table = await client.compare(['iris-1', 'iris-2'])
   * console.log(String(table))
   * for (const { pointer, values } of table.differences) console.log(pointer, ...values)
   * ```
   *
   * @param references ids, which one request reads together; names and prefixes, which cost one each; or runs
   * @throws RunNotFoundError, AmbiguousRunError
   */
  async compare(references: readonly (string | RunHandle)[], { signal }: CallOptions = {}): Promise<Comparison> {
    return await compare(references, {
      byIds: (ids) => this.listPipelineRuns({ ids, include: ['metadata'], signal }).first(ids.length),
      byName: (name) => this.getPipelineRun(name, { signal }),
    })
  }

  /**
   * What a key was, newest first; a page is fetched as it is needed.
   *
   * ```ts
   * for await (const { value, createdAt } of client.history('nightly', 'accuracy')) console.log(createdAt, value)
   * ```
   *
   * @param reference the run's id, name, or a prefix of either
   * @throws RunNotFoundError, AmbiguousRunError, KeyNotFoundError where no log held the key
   */
  history(reference: string, key: string, options: HistoryOptions = {}): AsyncGenerator<HistoryEntry, void, undefined> {
    return history(this.#connection, reference, key, options)
  }

  /**
   * Takes the value of a key away; its history stays, and a later log sets it again.
   *
   * @param reference the run's id, name, or a prefix of either
   * @throws RunNotFoundError, AmbiguousRunError, KeyNotFoundError where the key has no value
   */
  async unset(reference: string, key: string, options: UnsetOptions = {}): Promise<void> {
    await unset(this.#connection, reference, key, options)
  }

  /**
   * A token to hand to a step: it logs to one run, by its id, and does nothing else. It is the `apiKey` of a client,
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
  async createRunToken(reference: string, options: TokenOptions): Promise<RunToken> {
    return await createRunToken(this.#connection, reference, options)
  }

  /**
   * Makes an API key, whose secret is in the reply and is never shown again. It needs a key of the role `admin`. A reply
   * that is lost is not asked for again, as that would make another key.
   *
   * @throws ForbiddenError for a role or a project that is not the caller's to give
   */
  async createKey(key: KeyOptions, options: CallOptions = {}): Promise<NewApiKey> {
    return await createKey(this.#connection, key, options)
  }

  /** The project's API keys, newest first; of all projects where the client's own key is a root key. It needs `admin`. */
  async listKeys(options: CallOptions = {}): Promise<readonly ApiKey[]> {
    return await listKeys(this.#connection, options)
  }

  /**
   * Revokes an API key, and the run tokens that it made: within a minute all of them are refused. It needs `admin`.
   *
   * @param id the key's id, not the key
   * @throws NotFoundError
   */
  async revokeKey(id: string, options: CallOptions = {}): Promise<void> {
    await revokeKey(this.#connection, id, options)
  }

  /**
   * A run to call by, without asking whether it exists.
   *
   * @param reference an id, name or prefix. @default the run of the client's run token
   * @throws ConfigurationError where nothing names a run
   */
  run(reference: string | undefined = runOfToken(this.#connection)): RunHandle {
    if (reference === undefined) throw new ConfigurationError('run() takes the id, name or prefix of a run')
    return new RunHandle(this, reference)
  }

  /**
   * Logs metadata to a run or a step, all of it or nothing. It is durable when the promise resolves.
   *
   * @returns what was logged; nothing where it failed and `onError` does not throw
   * @throws ConfigurationError where there is no run to log to
   * @throws InvalidValueError for a value that cannot be logged, with its place
   */
  async logMetadata(log: TargetedLog): Promise<LogReceipt | undefined> {
    return await logWith(this.#connection, log)
  }

  /**
   * A log that is checked and written, as plain JSON: it can be kept anywhere, and sent later, by any client of the
   * project, exactly once however often it is sent.
   *
   * @throws RunmetaError for what cannot be logged
   */
  prepareLog(log: TargetedLog): PreparedLog {
    return prepare(this.#connection, log)
  }

  /** Sends a log that `prepareLog` made. @throws RunmetaError */
  async sendLog(prepared: PreparedLog, { signal }: CallOptions = {}): Promise<LogReceipt> {
    return await sendLog(this.#connection, prepared, signal)
  }

  /** Logs by a function of the caller's, and treats its failure as `onError` says. */
  protected async handled(log: () => Promise<LogReceipt | undefined>): Promise<LogReceipt | undefined> {
    return await handled(this.#connection, log)
  }

  /**
   * Logs to any runs of the project, in as few requests as the logs fit in. Each log is all or nothing for itself, and
   * one that is refused does not stop the others.
   *
   * ```ts
   * const results = await client.logMany([
   *   { runIdNameOrPrefix: 'iris-1', metadata: { reviewed: true } },
   *   { runIdNameOrPrefix: 'iris-2', metadata: { reviewed: false } },
   * ])
   * for (const result of results) if (result instanceof RunmetaError) console.error(result.message)
   * ```
   *
   * @returns for each log its receipt or the error that it was refused with, in their order
   * @throws RunmetaError where a request as a whole fails and `onError` is `'throw'`
   */
  async logMany(logs: readonly TargetedLog[], options: CallOptions = {}): Promise<readonly LogResult[]> {
    return await logMany(this.#connection, logs, options)
  }
}
