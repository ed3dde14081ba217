import type { RunmetaError } from './error/error.ts'
import type { HistoryEntry, HistoryOptions, UnsetOptions } from './history.ts'
import type { RunToken, TokenOptions } from './key.ts'
import type { LogReceipt, Metadata, PipelineRunFields, PipelineStep, RunFields, RunStatus } from './wire.ts'

/** What every call takes. */
export interface CallOptions {
  /** Ends the call, which then fails with an `AbortError`. */
  readonly signal?: AbortSignal | undefined
}

/** What can be logged to a run or a step that is known already. */
export interface Log extends CallOptions {
  /** Keys and values: JSON values, typed values, bigints, and what has a `toJSON()`. */
  readonly metadata: Readonly<Record<string, unknown>>
  /** Whether what is logged to a step goes to its run as well. @default true */
  readonly logRelatedEntities?: boolean | undefined
  /** Logs with the same key count once, 1 to 255 printable ASCII characters. @default a random one for each call */
  readonly idempotencyKey?: string | undefined
}

/** What is logged, and to what. */
export interface TargetedLog extends Log {
  /** The run, by id, name or prefix. @default the run around the call, else `RUNMETA_RUN_ID` */
  readonly runIdNameOrPrefix?: string | undefined
  /** The step. @default none where the run is named, else the step around the call, else `RUNMETA_STEP_NAME` */
  readonly stepName?: string | undefined
}

export const LOG_FIELDS = [
  'metadata',
  'runIdNameOrPrefix',
  'stepName',
  'logRelatedEntities',
  'idempotencyKey',
  'signal',
] as const satisfies (keyof TargetedLog)[]

/** What to change of a run. */
export interface RunChanges {
  readonly status?: RunStatus | undefined
  /** A `Date`, or RFC 3339. */
  readonly endedAt?: string | Date | undefined
  readonly pipeline?: string | undefined
}

export const CHANGE_FIELDS = ['status', 'endedAt', 'pipeline'] as const satisfies (keyof RunChanges)[]

/** What happens where a log fails: it throws, it warns on the console, or a function is told. */
export type OnError = 'throw' | 'warn' | ((error: RunmetaError) => unknown)

/** What a handle asks of its client. */
export interface Calls {
  logMetadata(log: TargetedLog): Promise<LogReceipt | undefined>
  updateRun(reference: string, changes: RunChanges, options?: CallOptions): Promise<Run>
  getPipelineRun(reference: string, options?: CallOptions): Promise<PipelineRun>
  deleteRun(reference: string, options?: CallOptions): Promise<void>
  history(reference: string, key: string, options?: HistoryOptions): AsyncGenerator<HistoryEntry, void, undefined>
  unset(reference: string, key: string, options?: UnsetOptions): Promise<void>
  createRunToken(reference: string, options: TokenOptions): Promise<RunToken>
}

/** A run to call by, whether it exists or not. It needs no context around the call. */
export class RunHandle {
  readonly #client: Calls
  /** What its calls name the run by: an id, a name, or a prefix. */
  readonly reference: string

  constructor(client: Calls, reference: string) {
    this.#client = client
    this.reference = reference
  }

  // Not a property of its own: what shows a run must not show the client.
  get client(): Calls {
    return this.#client
  }

  /** Logs to the run. See {@link Client.logMetadata}. */
  logMetadata(log: Log): Promise<LogReceipt | undefined> {
    return this.#client.logMetadata({ ...log, runIdNameOrPrefix: this.reference, stepName: undefined })
  }

  /** A step of the run, which the first log to it makes. */
  step(name: string): StepHandle {
    return new StepHandle(this, name)
  }

  /** What a key of the run was, newest first. See {@link Client.history}. */
  history(key: string, options?: HistoryOptions): AsyncGenerator<HistoryEntry, void, undefined> {
    return this.#client.history(this.reference, key, options)
  }

  /** Takes the value of a key away. See {@link Client.unset}. */
  unset(key: string, options?: UnsetOptions): Promise<void> {
    return this.#client.unset(this.reference, key, options)
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
    const { client, reference } = this.run
    return client.logMetadata({ ...log, runIdNameOrPrefix: reference, stepName: this.name })
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

  constructor(client: Calls, fields: RunFields) {
    super(client, fields.id)
    // Assigned, so that what has no value is no member either.
    Object.assign(this, fields)
  }
}

/** A run with the metadata that was logged to it and to its steps. */
export class PipelineRun extends Run implements PipelineRunFields {
  declare readonly runMetadata: Metadata
  /** Steps by name. */
  declare readonly steps: Readonly<Record<string, PipelineStep>>

  constructor(client: Calls, fields: PipelineRunFields) {
    super(client, fields)
    Object.assign(this, fields)
  }
}

/** A run of a list. */
export class ListedRun extends Run {
  /** The selected values by their JSON Pointer; what a pointer does not name is absent. */
  declare readonly selected: Metadata

  constructor(client: Calls, fields: RunFields & { readonly selected: Metadata }) {
    super(client, fields)
  }
}

/** A run of a list that was asked for with its metadata. */
export class ListedPipelineRun extends PipelineRun {
  /** The selected values by their JSON Pointer; what a pointer does not name is absent. */
  declare readonly selected: Metadata

  constructor(client: Calls, fields: PipelineRunFields & { readonly selected: Metadata }) {
    super(client, fields)
  }
}
