import type { RunToken, TokenOptions } from '../access/key.ts'
import type { CallOptions } from '../call.ts'
import type { Log, TargetedLog } from '../log/options.ts'
import type { LogReceipt } from '../log/receipt.ts'
import { valueAt } from '../value/at.ts'
import type { Value } from '../value/value.ts'
import { RUN_HANDLE } from './brand.ts'
import type { Metadata, PipelineRunFields, PipelineStep, RunFields, RunStatus } from './fields.ts'
import type { HistoryEntry, HistoryOptions, ReadOptions, RunChanges, UnsetOptions, WatchOptions } from './options.ts'

/** What a handle asks of its client. */
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

/** A run to call by, whether it exists or not. It needs no context around the call. */
export class RunHandle {
  readonly #client: Calls
  readonly #exact: boolean
  /** What its calls name the run by: an id, a name, or a prefix. */
  readonly reference: string

  constructor(client: Calls, reference: string, exact = false) {
    this.#client = client
    this.reference = reference
    this.#exact = exact
    // Not enumerable, so that what shows or copies a run leaves it out.
    Object.defineProperty(this, RUN_HANDLE, { value: true })
  }

  /** What its calls are made by. */
  // Not a property of its own: what shows a run must not show the client.
  get client(): Calls {
    return this.#client
  }

  /** Whether the reference is a whole id: it then never means another run whose name begins so. */
  get exact(): boolean {
    return this.#exact
  }

  /** What the run is called by: `String(run)` can stand wherever a reference can. */
  toString(): string {
    return this.reference
  }

  /** Logs to the run. See {@link Client.logMetadata}. */
  logMetadata(log: Log): Promise<LogReceipt | undefined> {
    const { reference: runIdNameOrPrefix, exact } = this
    return this.#client.logMetadata({ exact, ...log, runIdNameOrPrefix, stepName: undefined })
  }

  /** A step of the run, which the first log to it makes. */
  step(name: string): StepHandle {
    return new StepHandle(this, name)
  }

  /** The run with its latest metadata. See {@link Client.getPipelineRun}. */
  read<Data extends object = Metadata>(options?: ReadOptions): Promise<PipelineRun<Data>> {
    return this.#client.getPipelineRun<Data>(this.reference, { exact: this.exact, ...options })
  }

  /** The run now and after every change. See {@link Client.watch}. */
  watch<Data extends object = Metadata>(options?: WatchOptions): AsyncGenerator<PipelineRun<Data>, void, undefined> {
    return this.#client.watch<Data>(this.reference, { exact: this.exact, ...options })
  }

  /** What a key of the run was, newest first. See {@link Client.history}. */
  history(key: string, options?: HistoryOptions): AsyncGenerator<HistoryEntry, void, undefined> {
    return this.#client.history(this.reference, key, { exact: this.exact, ...options })
  }

  /** Takes the value of a key away. See {@link Client.unset}. */
  unset(key: string, options?: UnsetOptions): Promise<void> {
    return this.#client.unset(this.reference, key, { exact: this.exact, ...options })
  }

  /** Makes a token that logs to the run, and does nothing else. See {@link Client.createRunToken}. */
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

/** A step to log to. It needs no context around the call. */
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

/** A run as it was when the call returned, which its further calls name by id. */
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
    // Assigned, so that what has no value is no member either.
    Object.assign(this, fields)
  }
}

/** A run as `createRun` gives it. */
export class CreatedRun extends Run {
  /**
   * Whether the call made the run; `false` where a run of this id or name was there. Where the reply to the call was
   * lost and it was sent again, a run that is named by the caller counts as one that was there.
   */
  declare readonly isNew: boolean

  constructor(client: Calls, fields: RunFields & { readonly isNew: boolean }) {
    super(client, fields)
  }
}

/**
 * A run with the metadata that was logged to it and to its steps. `Data` is what the caller knows of the metadata; it is
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
   * What a JSON Pointer names in the metadata, `undefined` where it names nothing:
   * `run.get<number>('/run_metrics/accuracy')`. The type is what the caller knows; it is not checked.
   *
   * @throws BadRequestError where it is no JSON Pointer
   */
  get(pointer: string): Value | undefined
  get<Known>(pointer: string): Known | undefined
  get(pointer: string): unknown {
    return valueAt(this.runMetadata, pointer)
  }
}

/** A run of a list. `Selected` is what the caller knows of the values. */
export class ListedRun<Selected extends object = Metadata> extends Run {
  /** The selected values by their JSON Pointer; what a pointer does not name is absent. */
  declare readonly selected: Selected

  constructor(client: Calls, fields: RunFields & { readonly selected: Metadata }) {
    super(client, fields)
  }
}

/** A run of a list that was asked for with its metadata. */
export class ListedPipelineRun<
  Data extends object = Metadata,
  Selected extends object = Metadata,
> extends PipelineRun<Data> {
  /** The selected values by their JSON Pointer; what a pointer does not name is absent. */
  declare readonly selected: Selected

  constructor(client: Calls, fields: PipelineRunFields & { readonly selected: Metadata }) {
    super(client, fields)
  }
}
