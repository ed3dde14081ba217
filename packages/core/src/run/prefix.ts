import type { Candidate } from '@runmeta/schema/reply'
import type { Context, RunHead } from '../context.ts'
import {
  digitsOf,
  idIndexPk,
  idOfNameIndexSk,
  idOfRunKey,
  nameIndexPk,
  nameIndexSkPrefix,
  runKey,
} from '../table/keys.ts'
import type { EntryPage, IndexEntry } from '../table/port.ts'
import { runIn } from './cache.ts'

/** The most candidates in a refusal. One more is read, to see whether there are more. */
const MAX_CANDIDATES = 20
/** A run may match by its id and by its name. */
const PAGE_ENTRIES = 2 * (MAX_CANDIDATES + 1)

const NOTHING: EntryPage = { entries: [] }

export interface PrefixSearch {
  /** The id of the run, if the index has exactly one. The index may be stale: read the run and check it with `matches`. */
  only(): string | undefined
  matches(run: Pick<RunHead, 'id' | 'name'>): boolean
  /** Runs that match, ids first, then names. Each run was read, so none is from a stale entry. */
  candidates(): Promise<{ candidates: readonly Candidate[]; more: boolean }>
}

/** Starts a search by a prefix of names, of ids (as digits), or of both, with one request for each. */
export async function openSearch(
  context: Context,
  { name, digits }: { name: string | undefined; digits: string | undefined },
): Promise<PrefixSearch> {
  const { table, project } = context
  const pagesOf = (indexPk: string, prefix: string | undefined) => async (after?: IndexEntry) =>
    prefix === undefined ? NOTHING : table.entries(indexPk, { prefix, limit: PAGE_ENTRIES, ...(after && { after }) })
  const idPage = pagesOf(idIndexPk(project), digits)
  const namePage = pagesOf(nameIndexPk(project), name && nameIndexSkPrefix(name))
  const first = await Promise.all([idPage(), namePage()])

  const idsOf = ([ids, names]: readonly [EntryPage, EntryPage]) => [
    ...ids.entries.map((entry) => idOfRunKey(project, entry)),
    ...names.entries.map(({ indexSk }) => idOfNameIndexSk(indexSk)),
  ]
  const matches = (run: Pick<RunHead, 'id' | 'name'>): boolean =>
    (name !== undefined && run.name.startsWith(name)) || (digits !== undefined && digitsOf(run.id).startsWith(digits))

  /** All ids that match by id, then those that match by name. */
  async function* pages(): AsyncGenerator<string[]> {
    let [ids, names] = first
    while (ids.next !== undefined) {
      yield idsOf([ids, NOTHING])
      ids = await idPage(ids.next)
    }
    yield idsOf([ids, names])
    while (names.next !== undefined) {
      names = await namePage(names.next)
      yield idsOf([NOTHING, names])
    }
  }

  async function readCandidates(ids: readonly string[]): Promise<Candidate[]> {
    const items = await table.getMany(ids.map((id) => runKey(project, id)))
    const runs = new Map(items.map((item) => [idOfRunKey(project, item), runIn(context, item)]))
    return ids.flatMap((id) => {
      const run = runs.get(id)
      return run !== undefined && matches(run) ? [{ id, name: run.name, createdAt: run.createdAt }] : []
    })
  }

  return {
    only: () => {
      const ids = new Set(idsOf(first))
      const isAll = first[0].next === undefined && first[1].next === undefined
      return ids.size === 1 && isAll ? [...ids][0] : undefined
    },
    matches,
    candidates: async () => {
      const seen = new Set<string>()
      const candidates: Candidate[] = []
      for await (const page of pages()) {
        const fresh = [...new Set(page)].filter((id) => !seen.has(id))
        for (const id of fresh) seen.add(id)
        candidates.push(...(await readCandidates(fresh)))
        if (candidates.length > MAX_CANDIDATES) break
      }
      return { candidates: candidates.slice(0, MAX_CANDIDATES), more: candidates.length > MAX_CANDIDATES }
    },
  }
}
