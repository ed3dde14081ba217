import { canonicalId, idDigits } from '@runmeta/schema/id'
import { runNamePrefixFault } from '@runmeta/schema/name'
import type { Context, RunHead } from '../context.ts'
import { Failure } from '../failure.ts'
import { requiredString } from '../table/attribute.ts'
import { nameKey } from '../table/keys.ts'
import { forgetRun } from './cache.ts'
import { openSearch, type PrefixSearch } from './prefix.ts'

/** Reads a run by its id, with as much as the caller needs. */
export type LoadRun<T extends RunHead> = (id: string) => Promise<T | undefined>

export interface FindOptions {
  /** Whether prefixes are refused: for changing or deleting a run, or because the caller asks for it. */
  readonly isExact?: boolean
  /** Whether only ids are accepted: the name of a deleted run may belong to another run. */
  readonly isId?: boolean
}

export function notFound({ isExact = false }: FindOptions = {}): Failure {
  const advice = isExact
    ? 'run: no run has exactly this id or name; prefixes are not accepted for changing or deleting a run, or with exact=true'
    : 'run: no run has an id or a name that is or begins with this; names are case-sensitive'
  return new Failure('run_not_found', advice)
}

/** Whether a run has this id, in any form, or exactly this name. */
export const isNamedBy = ({ id, name }: Pick<RunHead, 'id' | 'name'>, reference: string): boolean =>
  canonicalId(reference) === id || name === reference

/**
 * Finds the run of a reference: a full UUID as an id, then as a name; an exact name; a prefix of ids or names. It queries
 * names and prefixes in parallel, then reads the run: two rounds of requests, or three if a UUID is not the id of a run.
 * @throws Failure `run_not_found`, `ambiguous_run`, `bad_request` for an empty reference
 */
export async function find<T extends RunHead>(
  context: Context,
  reference: string,
  load: LoadRun<T>,
  options: FindOptions = {},
): Promise<T> {
  if (reference === '') throw new Failure('bad_request', 'run: is empty; send an id, a name or a prefix of either')
  const id = canonicalId(reference)
  const byId = id === undefined ? undefined : await load(id)
  if (byId !== undefined) return byId
  if (options.isId) throw notFound()
  const isName = runNamePrefixFault(reference) === undefined
  const [claimed, search] = await Promise.all([
    isName ? readClaimed(context, reference) : undefined,
    options.isExact
      ? undefined
      : openSearch(context, { name: isName ? reference : undefined, digits: idDigits(reference) }),
  ])
  if (claimed?.isLeaving) forgetRun(context, claimed.id)
  // The run of a claim has another name if the request that made the claim died before it could free it.
  const byName = claimed && (await loadMatching(context, claimed.id, load, ({ name }) => name === reference))
  if (byName !== undefined) return byName
  if (search === undefined) throw notFound(options)
  return byPrefix(context, search, load)
}

interface Claimed {
  readonly id: string
  /** Whether the run was renamed, or is being renamed. */
  readonly isLeaving: boolean
}

async function readClaimed({ table, project }: Context, name: string): Promise<Claimed | undefined> {
  const claim = await table.get(nameKey(project, name))
  return claim === undefined ? undefined : { id: requiredString(claim, 'id'), isLeaving: claim.isLeaving === true }
}

/** Loads a run if it matches. If the cached one does not, it may have been renamed since, so it is read again. */
async function loadMatching<T extends RunHead>(
  context: Context,
  id: string,
  load: LoadRun<T>,
  matches: (run: T) => boolean,
): Promise<T | undefined> {
  const cached = await load(id)
  if (cached === undefined || matches(cached)) return cached
  forgetRun(context, id)
  const run = await load(id)
  return run !== undefined && matches(run) ? run : undefined
}

async function byPrefix<T extends RunHead>(context: Context, search: PrefixSearch, load: LoadRun<T>): Promise<T> {
  const only = search.only()
  if (only !== undefined) {
    const run = await loadMatching(context, only, load, search.matches)
    if (run !== undefined) return run
    throw notFound()
  }
  const { candidates, more } = await search.candidates()
  const [first, second] = candidates
  if (first === undefined) throw notFound()
  if (second === undefined) {
    const run = await load(first.id)
    if (run !== undefined) return run
    throw notFound()
  }
  const detail = `run: ${candidates.length}${more ? ' and more' : ''} runs match this prefix; use a longer one, or an id of the candidates`
  throw new Failure('ambiguous_run', detail, { extras: { candidates: [...candidates], more } })
}
