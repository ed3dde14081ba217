import type { Context } from '../context.ts'
import { fromCursor, toCursor } from '../cursor.ts'
import { find } from '../run/find.ts'
import { type StoredRun, shown } from '../run/record.ts'
import { momentOf } from './as-of.ts'
import { type MetadataPage, type PageEnd, pageMembers, pageOf } from './page.ts'
import { isPosition, isWatermark } from './position.ts'
import { checkpointIfDue, withFoldedRun } from './read.ts'
import { nextMember } from './render.ts'
import { stateHash } from './state-hash.ts'

export interface RunPage extends StoredRun {
  readonly page: MetadataPage
  readonly metadataNext?: string
}

/** A run with its only page of metadata, or with one of several, which has no state hash. */
export interface HashedPage extends RunPage {
  readonly state?: string
}

/** A run whose state the caller knows. Its values were not loaded. */
export interface KnownRun extends StoredRun {
  readonly knownAs: string
}

/** Where a page begins, and the last position that all pages of one read include. */
interface Start {
  readonly upTo: string
  readonly after: PageEnd
}

const CURSOR_NAMES = ['metadataCursor', 'metadataNext'] as const

const callOf = ({ project }: Context, id: string, { at }: PageOptions): string[] =>
  at === undefined ? ['metadata', project, id] : ['metadata', project, id, at]

const toNext = (call: readonly unknown[], { upTo, after: { step, position, index } }: Start): string =>
  toCursor(call, [upTo, position, index, ...(step === undefined ? [] : [step])])

function startIn([upTo, position, index, step, ...rest]: readonly unknown[]): Start | undefined {
  // If all logs are in the checkpoint, `upTo` is the checkpoint's watermark.
  if (!(isPosition(upTo) || isWatermark(upTo)) || !isPosition(position) || rest.length > 0) return undefined
  if (typeof index !== 'number' || !Number.isSafeInteger(index) || index < 0) return undefined
  if (step === undefined) return { upTo, after: { position, index } }
  return typeof step === 'string' ? { upTo, after: { position, index, step } } : undefined
}

export interface PageOptions {
  /** `metadataNext` of the previous page. */
  readonly metadataCursor?: string
  /** A log's id or position, or a time: the metadata is as it was then. @default now */
  readonly at?: string
}

interface PendingPage {
  readonly run: StoredRun
  readonly hash: () => string
  readonly load: () => Promise<RunPage>
}

async function withPage<T>(
  context: Context,
  id: string,
  options: PageOptions,
  use: (pending: PendingPage) => Promise<T>,
): Promise<T | undefined> {
  const { metadataCursor, at } = options
  const moment = at === undefined ? {} : await momentOf(context, id, at)
  if (moment === undefined) return undefined
  const call = callOf(context, id, options)
  const start = metadataCursor === undefined ? undefined : fromCursor(call, metadataCursor, startIn, CURSOR_NAMES)
  const { upTo } = start ?? moment
  return withFoldedRun(context, id, { upTo }, async (reading) => {
    const { run, state, newest } = reading
    const result = await use({
      run,
      hash: () => stateHash(run, state),
      async load() {
        const page = await pageOf(state, start?.after)
        const { end } = page
        return end === undefined
          ? { ...run, page }
          : { ...run, page, metadataNext: toNext(call, { upTo: upTo ?? newest, after: end }) }
      },
    })
    if (upTo === undefined) await checkpointIfDue(context, reading)
    return result
  })
}

/** Reads a run by its id with a page of its metadata. All pages show the run as of one position. Undefined if there is no run. */
export const getById = (context: Context, id: string, options: PageOptions = {}): Promise<RunPage | undefined> =>
  withPage(context, id, options, ({ load }) => load())

export interface GetOptions extends PageOptions {
  /** Whether prefixes of ids and names are refused. @default false */
  readonly exact?: boolean
}

/**
 * Reads a run with its metadata, or a page of it.
 * @param known The state hashes that the caller knows, each with the caller's name for it.
 * @throws Failure `run_not_found`, `ambiguous_run`, `bad_request`
 */
export const get = (
  context: Context,
  reference: string,
  { exact = false, ...options }: GetOptions,
  known: ReadonlyMap<string, string>,
): Promise<HashedPage | KnownRun> =>
  find<HashedPage | KnownRun>(
    context,
    reference,
    (id) =>
      withPage(context, id, options, async ({ run, hash, load }) => {
        // A later page also depends on its cursor.
        if (options.metadataCursor !== undefined) return load()
        const state = hash()
        const knownAs = known.get(state)
        if (knownAs !== undefined) return { ...run, knownAs }
        const page = await load()
        return page.metadataNext === undefined ? { ...page, state } : page
      }),
    { isExact: exact },
  )

export const runJson = ({ page, metadataNext, ...run }: RunPage): string =>
  `${JSON.stringify(shown(run)).slice(0, -1)},${pageMembers(page)}${nextMember(metadataNext, 'metadataNext')}}`
