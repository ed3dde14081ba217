import { Comparison, idOf, namesOfRuns } from './compare.ts'
import { targetOf } from './context.ts'
import { BadRequestError, badRequest, NotFoundError, RunNotFoundError } from './error/api.ts'
import type { RunmetaError } from './error/error.ts'
import { checkFields, checkIdempotencyKey, timeText } from './fields.ts'
import {
  decodeHistory,
  HISTORY_FIELDS,
  type HistoryEntry,
  type HistoryOptions,
  queryOf,
  UNSET_FIELDS,
  type UnsetOptions,
} from './history.ts'
import { deadlineOf, type Settings, send, type Waiting } from './http/send.ts'
import {
  type ApiKey,
  decodeKeys,
  decodeNewKey,
  decodeToken,
  KEY_FIELDS,
  type KeyOptions,
  type NewApiKey,
  type RunToken,
  TOKEN_FIELDS,
  type TokenOptions,
} from './key.ts'
import {
  decodeFullPage,
  decodePage,
  isFull,
  type ListedPage,
  type ListOptions,
  pages,
  RunList,
  type RunPage,
} from './list.ts'
import { type ClientOptions, settingsOf } from './options.ts'
import { report } from './report.ts'
import {
  type CallOptions,
  type Calls,
  CHANGE_FIELDS,
  ListedPipelineRun,
  ListedRun,
  LOG_FIELDS,
  type OnError,
  PipelineRun,
  Run,
  type RunChanges,
  RunHandle,
  type TargetedLog,
} from './run.ts'
import type { ValueObject } from './value/value.ts'
import { write } from './value/write.ts'
import {
  decodePipelineRun,
  decodeReceipt,
  decodeRun,
  joinPages,
  type LogReceipt,
  type PipelineRunFields,
  type PipelineRunPage,
  type RunStatus,
  runPath,
} from './wire.ts'

/** A run to get or create. */
export interface NewRun {
  /** A UUID. @default one made here or by the server */
  readonly id?: string | undefined
  /** Unique in the project. @default made of the pipeline's name and the time */
  readonly name?: string | undefined
  readonly pipeline?: string | undefined
  /** @default 'running' */
  readonly status?: RunStatus | undefined
  /** A `Date`, or RFC 3339. */
  readonly startedAt?: string | Date | undefined
  /** Whether its metadata can be searched; logs cost less where it is false. @default true */
  readonly index?: boolean | undefined
}

const RUN_FIELDS = ['id', 'name', 'pipeline', 'status', 'startedAt', 'index'] as const satisfies (keyof NewRun)[]

/** A whole key would be sent in the path, and be in the logs on the way. */
const KEY_ID = /^[0-9a-z]{1,64}$/

/** Whether a log was refused for its `after`: too far ahead of the server's clock. */
const refusesAfter = (error: RunmetaError): boolean =>
  error instanceof BadRequestError && error.message.startsWith('after: ')

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
  readonly #settings: Settings
  readonly #onError: OnError
  /** The greatest of this client's logs: sent along, it makes the next log the later one, whichever server it meets. */
  #position: string | undefined

  /** @throws ConfigurationError for a time or a number of retries that is none */
  constructor(options: ClientOptions = {}) {
    const { settings, onError } = settingsOf(options)
    this.#settings = settings
    this.#onError = onError
  }

  /**
   * Creates a run, or gets the one that has this id or name already, unchanged.
   *
   * @throws NameTakenError, IdTakenError where id and name belong to different runs
   */
  async createRun(run: NewRun = {}, { signal }: CallOptions = {}): Promise<Run> {
    checkFields('createRun', run, RUN_FIELDS)
    // By an id of its own a repeat finds the run that the first attempt may have made.
    const id = run.id ?? (run.name === undefined ? crypto.randomUUID() : undefined)
    const body = JSON.stringify({ ...run, id, startedAt: timeText('startedAt', run.startedAt) })
    const path = '/v1/runs'
    return new Run(this, await send(this.#settings, { method: 'POST', path, body, signal, decode: decodeRun }))
  }

  /**
   * Changes a run.
   *
   * @param reference its id or exact name
   * @throws RunNotFoundError
   */
  async updateRun(reference: string, changes: RunChanges, { signal }: CallOptions = {}): Promise<Run> {
    checkFields('updateRun', changes, CHANGE_FIELDS)
    const path = runPath(reference)
    const body = JSON.stringify({ ...changes, endedAt: timeText('endedAt', changes.endedAt) })
    return new Run(this, await send(this.#settings, { method: 'PATCH', path, body, signal, decode: decodeRun }))
  }

  /**
   * Deletes a run and all that hangs on it, for good. Its name is free then; its id is never used again.
   *
   * @param reference its id or exact name
   * @throws RunNotFoundError
   */
  async deleteRun(reference: string, { signal }: CallOptions = {}): Promise<void> {
    const path = runPath(reference)
    try {
      await send(this.#settings, { method: 'DELETE', path, signal, decode: () => true })
    } catch (error) {
      // An attempt before this one did it, and its reply was lost.
      if (!(error instanceof RunNotFoundError && error.attempts > 1)) throw error
    }
  }

  /**
   * A run with its latest metadata.
   *
   * @param reference its id, name, or a prefix of either that no other run has
   * @throws RunNotFoundError, AmbiguousRunError
   */
  async getPipelineRun(reference: string, { signal }: CallOptions = {}): Promise<PipelineRun> {
    const until = deadlineOf(this.#settings)
    const first = await this.#runPage(reference, { signal, until })
    return new PipelineRun(this, await this.#whole(first, { signal, until }))
  }

  #runPage(reference: string, { metadataCursor, ...call }: { metadataCursor?: string } & Waiting) {
    const path = runPath(reference) + queryOf({ metadataCursor })
    return send(this.#settings, { method: 'GET', path, decode: decodePipelineRun, ...call })
  }

  /** A run with the pages of its metadata that are not there yet: all of them are one call to who waits for them. */
  async #whole({ run, next }: PipelineRunPage, waiting: Waiting): Promise<PipelineRunFields> {
    const pages = [run]
    for (let cursor = next; cursor !== undefined; ) {
      // By id: a prefix may mean another run by then.
      const page = await this.#runPage(run.id, { metadataCursor: cursor, ...waiting })
      pages.push(page.run)
      cursor = page.next
    }
    return joinPages(pages) ?? run
  }

  /**
   * Runs by what they are and by what was logged to them; a page is fetched as it is needed. Each is one to call by.
   *
   * ```ts
   * const accurate = client.listPipelineRuns({
   *   where: { pointer: '/run_metrics/accuracy', op: '>=', value: 0.9 },
   *   order: '-/run_metrics/accuracy',
   *   select: ['/run_metrics/accuracy'],
   * })
   * for await (const run of accurate) console.log(run.name, run.selected['/run_metrics/accuracy'])
   * const [best, second] = await accurate.first(2)
   * ```
   *
   * With `include: ['metadata']` they have `runMetadata` and `steps` as well.
   *
   * @returns a list that asks the API when it is iterated, which fails with a BadRequestError for options that are none
   */
  listPipelineRuns(options: ListOptions & { readonly include: readonly ['metadata'] }): RunList<ListedPipelineRun>
  listPipelineRuns(options?: ListOptions): RunList<ListedRun>
  listPipelineRuns(options: ListOptions = {}): RunList<ListedRun | ListedPipelineRun> {
    const { signal } = options ?? {}
    const whole = async ({ selected, ...page }: ListedPage) => {
      try {
        return new ListedPipelineRun(this, {
          ...(await this.#whole(page, { signal, until: deadlineOf(this.#settings) })),
          selected,
        })
      } catch (error) {
        // It was deleted since the list had it.
        if (error instanceof RunNotFoundError) return undefined
        throw error
      }
    }
    const ask =
      <Fields>(decode: (body: ValueObject) => RunPage<Fields> | undefined) =>
      (body: string) =>
        send(this.#settings, { method: 'POST', path: '/v1/runs/search', body, signal, decode })
    return isFull(options)
      ? new RunList((most) => pages(options, most, ask(decodeFullPage), whole))
      : new RunList((most) => pages(options, most, ask(decodePage), async (run) => new ListedRun(this, run)))
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
    const names = namesOfRuns(references)
    const ids = [...new Set(names.flatMap((name) => idOf(name) ?? []))]
    const found =
      ids.length === 0 ? [] : this.listPipelineRuns({ ids, include: ['metadata'], signal }).first(ids.length)
    const runs = names.map(async (name) => {
      const id = idOf(name)
      const byId = id === undefined ? undefined : (await found).find((run) => run.id === id)
      // An id that no run has may be another's name.
      return byId ?? (await this.getPipelineRun(name, { signal }))
    })
    return new Comparison(await Promise.all(runs))
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
  async *history(
    reference: string,
    key: string,
    options: HistoryOptions = {},
  ): AsyncGenerator<HistoryEntry, void, undefined> {
    checkFields('history', options, HISTORY_FIELDS)
    const { step, pageSize, signal } = options
    const path = `${runPath(reference)}/history`
    let cursor: string | undefined
    do {
      const query = queryOf({ key, step, limit: pageSize, cursor })
      const page = await send(this.#settings, { method: 'GET', path: path + query, signal, decode: decodeHistory })
      yield* page.entries
      cursor = page.next
    } while (cursor !== undefined)
  }

  /**
   * Takes the value of a key away; its history stays, and a later log sets it again.
   *
   * @param reference the run's id, name, or a prefix of either
   * @throws RunNotFoundError, AmbiguousRunError, KeyNotFoundError where the key has no value
   */
  async unset(reference: string, key: string, options: UnsetOptions = {}): Promise<void> {
    checkFields('unset', options, UNSET_FIELDS)
    const { step, idempotencyKey = crypto.randomUUID(), signal } = options
    checkIdempotencyKey(idempotencyKey)
    const path = `${runPath(reference)}/metadata${queryOf({ key, step })}`
    await send(this.#settings, { method: 'DELETE', path, idempotencyKey, signal, decode: () => true })
  }

  /**
   * A token to hand to a step: it logs to one run, by its id, and does nothing else. It is the `apiKey` of a client.
   *
   * ```ts
   * const { token } = await client.createRunToken('nightly', { expiresIn: 3600 })
   * await new Client({ apiKey: token }).run(run.id).logMetadata({ metadata: { accuracy: 0.97 } })
   * ```
   *
   * @param reference the run's id or exact name
   * @throws RunNotFoundError
   */
  async createRunToken(reference: string, options: TokenOptions): Promise<RunToken> {
    checkFields('createRunToken', options, TOKEN_FIELDS)
    const { expiresIn, signal } = options
    const path = `${runPath(reference)}/token`
    const body = JSON.stringify({ expiresIn })
    return await send(this.#settings, { method: 'POST', path, body, signal, decode: decodeToken })
  }

  /**
   * Makes an API key, whose secret is in the reply and is never shown again. It needs a key of the role `admin`. A reply
   * that is lost is not asked for again, as that would make another key.
   *
   * @throws ForbiddenError for a role or a project that is not the caller's to give
   */
  async createKey(key: KeyOptions, { signal }: CallOptions = {}): Promise<NewApiKey> {
    checkFields('createKey', key, KEY_FIELDS)
    const body = JSON.stringify({ ...key, expiresAt: timeText('expiresAt', key.expiresAt) })
    const request = { path: '/v1/keys', body, signal, isOnce: true }
    return await send(this.#settings, { method: 'POST', ...request, decode: decodeNewKey })
  }

  /** The project's API keys, newest first; of all projects where the client's own key is a root key. It needs `admin`. */
  async listKeys({ signal }: CallOptions = {}): Promise<readonly ApiKey[]> {
    return await send(this.#settings, { method: 'GET', path: '/v1/keys', signal, decode: decodeKeys })
  }

  /**
   * Revokes an API key, and the run tokens that it made: within a minute all of them are refused. It needs `admin`.
   *
   * @param id the key's id, not the key
   * @throws NotFoundError
   */
  async revokeKey(id: string, { signal }: CallOptions = {}): Promise<void> {
    if (typeof id !== 'string' || !KEY_ID.test(id)) {
      throw badRequest('id: must be the id of an API key, which is what stands between rmk_ and the second _ of it')
    }
    try {
      await send(this.#settings, { method: 'DELETE', path: `/v1/keys/${id}`, signal, decode: () => true })
    } catch (error) {
      // An attempt before this one did it, and its reply was lost.
      if (!(error instanceof NotFoundError && error.attempts > 1)) throw error
    }
  }

  /** A run to call by, without asking whether it exists. `reference` is an id, name or prefix. */
  run(reference: string): RunHandle {
    return new RunHandle(this, reference)
  }

  /**
   * Logs metadata to a run or a step, all of it or nothing. It is durable when the promise resolves.
   *
   * @returns what was logged; nothing where it failed and `onError` is not `'throw'`
   * @throws ConfigurationError where there is no run to log to
   * @throws InvalidValueError for a value that cannot be logged, with its place
   */
  async logMetadata(log: TargetedLog): Promise<LogReceipt | undefined> {
    try {
      return await this.#log(log)
    } catch (error) {
      return await report(this.#onError, error)
    }
  }

  async #log(log: TargetedLog): Promise<LogReceipt> {
    checkFields('logMetadata', log, LOG_FIELDS, '; what is logged goes into metadata')
    const { idempotencyKey = crypto.randomUUID(), logRelatedEntities: relatedEntities, signal } = log
    checkIdempotencyKey(idempotencyKey)
    const { run, step } = targetOf(log)
    const { text, types } = write(log.metadata)
    const bodyAfter = (after: string | undefined): string => {
      const options = JSON.stringify({
        types: types.size > 0 ? Object.fromEntries(types) : undefined,
        step,
        relatedEntities,
        after,
      }).slice(1, -1)
      return `{"metadata":${text}${options === '' ? '' : `,${options}`}}`
    }
    const after = this.#position
    // Positions from before the server's clock was set back are worth less than the log: it goes without one.
    const revise = (refusal: RunmetaError): string | undefined => {
      if (after === undefined || !refusesAfter(refusal)) return undefined
      if (this.#position === after) this.#position = undefined
      return bodyAfter(undefined)
    }
    const path = `${runPath(run)}/metadata`
    const request = { path, body: bodyAfter(after), idempotencyKey, signal, revise }
    const receipt = await send(this.#settings, { method: 'POST', ...request, decode: decodeReceipt })
    const { position } = receipt.log
    if (this.#position === undefined || position > this.#position) this.#position = position
    return receipt
  }
}
