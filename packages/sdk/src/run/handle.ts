import type { RunToken, TokenOptions } from '../access/key.ts'
import type { CallOptions } from '../call.ts'
import type { Log, TargetedLog } from '../log/options.ts'
import type { LogReceipt } from '../log/receipt.ts'
import { valueAt } from '../value/at.ts'
import type { Value } from '../value/value.ts'
import { RUN_HANDLE } from './brand.ts'
import type { Metadata, PipelineRunFields, PipelineStep, RunFields, RunStatus } from './fields.ts'
import type { HistoryEntry, HistoryOptions, ReadOptions, RunChanges, UnsetOptions, WatchOptions } from './options.ts'

/** The calls of a client that a handle uses. */
export interface Calls {
  logMetadata(log: TargetedLog): Promise<LogReceipt | undefined>
  updateRun(reference: string, changes: RunChanges, options?: CallOptions): Promise<Run>
  getPipelineRun<Data extends object = Metadata>(reference: string, options?: ReadOptions): Promise<PipelineRun<Data>>
  watch<Data extends object = Metadata>(
    reference: string,
    options?: WatchOptions,
  ): AsyncGenerator<PipelineRun<Data>, void, undefined>
  deleteRun(reference: string, options?: CallOptions): Promise<void>
  history(reference: string, key: string, options?: HistoryOptions): AsyncGenerator<HistoryEntry, void, undefined>
  unset(reference: string, key: string, options?: UnsetOptions): Promise<void>
  createRunToken(reference: string, options: TokenOptions): Promise<RunToken>
}

/** A handle for a run, which may or may not exist. Its calls need no context. */
export class RunHandle {
  readonly #client: Calls
  readonly #exact: boolean
  /** The reference in the handle's calls: an id, a name, or a prefix. */
  readonly reference: string

  constructor(client: Calls, reference: string, exact = false) {
    this.#client = client
    this.reference = reference
    this.#exact = exact
  }

  get [RUN_HANDLE](): true {
    return true
  }

  /** The client that makes its calls. */
  // Not an own property, so that printing a run does not print the client.
  get client(): Calls {
    return this.#client
  }

  /** Whether the reference is a complete id: then it never matches another run by a prefix of its name. */
  get exact(): boolean {
    return this.#exact
  }

  /** The reference: `String(run)` works wherever a reference does. */
  toString(): string {
    return this.reference
  }

  /** Logs to the run. See {@link Client.logMetadata}. */
  logMetadata(log: Log): Promise<LogReceipt | undefined> {
    const { reference: runIdNameOrPrefix, exact } = this
    return this.#client.logMetadata({ exact, ...log, runIdNameOrPrefix, stepName: undefined })
  }

  /** A handle for a step of the run. The first log to the step creates it. */
  step(name: string): StepHandle {
    return new StepHandle(this, name)
  }

  /** The run with its latest metadata. See {@link Client.getPipelineRun}. */
  read<Data extends object = Metadata>(options?: ReadOptions): Promise<PipelineRun<Data>> {
    return this.#client.getPipelineRun<Data>(this.reference, { exact: this.exact, ...options })
  }

  /** Yields the run now and after every change. See {@link Client.watch}. */
  watch<Data extends object = Metadata>(options?: WatchOptions): AsyncGenerator<PipelineRun<Data>, void, undefined> {
    return this.#client.watch<Data>(this.reference, { exact: this.exact, ...options })
  }

  /** The history of a key, newest first. See {@link Client.history}. */
  history(key: string, options?: HistoryOptions): AsyncGenerator<HistoryEntry, void, undefined> {
    return this.#client.history(this.reference, key, { exact: this.exact, ...options })
  }

  /** Removes the value of a key. See {@link Client.unset}. */
  unset(key: string, options?: UnsetOptions): Promise<void> {
    return this.#client.unset(this.reference, key, { exact: this.exact, ...options })
  }

  /** Creates a token that can only log to the run. See {@link Client.createRunToken}. */
  createToken(options: TokenOptions): Promise<RunToken> {
    return this.#client.createRunToken(this.reference, options)
  }

  /** Deletes the run, for good. See {@link Client.deleteRun}. */
  delete(options?: CallOptions): Promise<void> {
    return this.#client.deleteRun(this.reference, options)
  }

  /** Changes the run. See {@link Client.updateRun}. */
  update(changes: RunChanges, options?: CallOptions): Promise<Run> {
    return this.#client.updateRun(this.reference, changes, options)
  }
}

/** A handle for a step. Its calls need no context. */
export class StepHandle {
  readonly run: RunHandle
  readonly name: string

  constructor(run: RunHandle, name: string) {
    this.run = run
    this.name = name
  }

  /** Logs to the step and, unless `logRelatedEntities` is false, to its run. See {@link Client.logMetadata}. */
  logMetadata(log: Log): Promise<LogReceipt | undefined> {
    const { client, reference, exact } = this.run
    return client.logMetadata({ exact, ...log, runIdNameOrPrefix: reference, stepName: this.name })
  }
}

/** A run as it was when the call returned. Its own calls use the run's id. */
export class Run extends RunHandle implements RunFields {
  declare readonly id: string
  declare readonly name: string
  declare readonly pipeline?: string
  declare readonly status: RunStatus
  /** RFC 3339, UTC, with milliseconds, as are all times. */
  declare readonly createdAt: string
  declare readonly startedAt?: string
  declare readonly endedAt?: string
  declare readonly expiresAt?: string

  constructor(client: Calls, fields: RunFields) {
    super(client, fields.id, true)
    // Assigned, so that fields without a value are absent.
    Object.assign(this, fields)
  }
}

/** The result of `createRun`. */
export class CreatedRun extends Run {
  /**
   * Whether the call created the run; `false` if a run with this id or name existed. If the reply to the call was
   * lost and the call was retried, a run that the caller named counts as one that existed.
   */
  declare readonly isNew: boolean

  constructor(client: Calls, fields: RunFields & { readonly isNew: boolean }) {
    super(client, fields)
  }
}

/**
 * A run with its metadata and its steps. `Data` is the type that the caller expects of the metadata; it is
 * not checked.
 */
export class PipelineRun<Data extends object = Metadata> extends Run {
  declare readonly runMetadata: Data
  /** Steps by name. */
  declare readonly steps: Readonly<Record<string, PipelineStep>>

  constructor(client: Calls, fields: PipelineRunFields) {
    super(client, fields)
  }

  /**
   * Reads the value at a JSON Pointer in the metadata. Returns `undefined` if the pointer finds no value:
   * `run.get<number>('/run_metrics/accuracy')`. The type is the caller's claim; it is not checked.
   *
   * @throws BadRequestError if it is not a JSON Pointer
   */
  get(pointer: string): Value | undefined
  get<Known>(pointer: string): Known | undefined
  get(pointer: string): unknown {
    return valueAt(this.runMetadata, pointer)
  }
}

/** A run of a list. `Selected` is the type that the caller expects of the values; it is not checked. */
export class ListedRun<Selected extends object = Metadata> extends Run {
  /** The selected values by their JSON Pointer; a pointer without a value is absent. */
  declare readonly selected: Selected

  constructor(client: Calls, fields: RunFields & { readonly selected: Metadata }) {
    super(client, fields)
  }
}

/** A run of a list with `include: ['metadata']`. */
export class ListedPipelineRun<
  Data extends object = Metadata,
  Selected extends object = Metadata,
> extends PipelineRun<Data> {
  /** The selected values by their JSON Pointer; a pointer without a value is absent. */
  declare readonly selected: Selected

  constructor(client: Calls, fields: PipelineRunFields & { readonly selected: Metadata }) {
    super(client, fields)
  }
}
