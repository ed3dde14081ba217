import type { Context } from '../context.ts'
import type { Deadline } from '../deadline.ts'
import { Failure } from '../failure.ts'
import { bytesAsString, MAX_PAGE_BYTES } from '../json/size.ts'
import { getById, runJson } from '../metadata/get.ts'
import { member, nextMember } from '../metadata/render.ts'
import { shown } from '../run/record.ts'
import type { IndexEntry } from '../table/port.ts'
import type { Candidate } from './candidate.ts'
import type { SearchQuery } from './query.ts'

/** A run that matches, and the entry that led to it. */
export interface Answer {
  readonly entry: IndexEntry
  readonly candidate: Candidate
}

export interface Listing {
  /** The runs as JSON, joined from the texts that were logged. */
  readonly runs: readonly string[]
  /** The entry of the last listed run, if the page was full before all answers were listed. */
  readonly stoppedAt?: IndexEntry
}

/** Each of these runs may have to be folded. */
const MAX_CONCURRENT = 8

/** Bytes of one run as a JSON string. A run larger than a page is listed alone. */
const MAX_RUN_BYTES = 5.75 * 1024 * 1024

const tooLarge = (bytes: number): Failure =>
  new Failure(
    'payload_too_large',
    `select: the values of one run are ${bytes} bytes as a JSON string; the limit is ${MAX_RUN_BYTES}; select fewer, or read the run itself`,
  )

async function selectedOf(candidate: Candidate, select: readonly string[]): Promise<string> {
  const values: string[] = []
  for (const pointer of select) {
    const text = await candidate.value(pointer)
    if (text !== undefined) values.push(member(pointer, text))
  }
  return member('selected', `{${values.join(',')}}`)
}

/** A run as JSON, with its selected values or its metadata. Undefined if it was deleted meanwhile. */
async function listed(
  context: Context,
  { isWhole, select }: SearchQuery,
  candidate: Candidate,
): Promise<string | undefined> {
  const { run } = candidate
  const whole = isWhole ? await getById(context, run.id) : undefined
  if (isWhole && whole === undefined) return undefined
  const json = whole === undefined ? JSON.stringify(shown(run)) : runJson(whole)
  const text = select.length === 0 ? json : `${json.slice(0, -1)},${await selectedOf(candidate, select)}}`
  return candidate.isDeleted() ? undefined : text
}

/** Lists as many runs as fit a reply and are read in time, and at least one. */
export async function list(
  context: Context,
  query: SearchQuery,
  answers: readonly Answer[],
  isOver: Deadline,
): Promise<Listing> {
  const runs: string[] = []
  let bytes = 0
  let end: IndexEntry | undefined
  for (let at = 0; at < answers.length; at += MAX_CONCURRENT) {
    const group = answers.slice(at, at + MAX_CONCURRENT)
    const texts = await Promise.all(group.map(({ candidate }) => listed(context, query, candidate)))
    for (const [index, text = ''] of texts.entries()) {
      const answer = group[index]
      const more = bytesAsString(text) + 1
      bytes += more
      if (end !== undefined && bytes > MAX_PAGE_BYTES) return { runs, stoppedAt: end }
      if (more > MAX_RUN_BYTES) throw tooLarge(more)
      if (text !== '') runs.push(text)
      end = answer?.entry
    }
    if (end !== undefined && at + MAX_CONCURRENT < answers.length && isOver()) return { runs, stoppedAt: end }
  }
  return { runs }
}

export interface SearchPage {
  readonly runs: readonly string[]
  /** The order of the runs: a pointer, `name` or `createdAt`, with `-` for descending. */
  readonly order: string
  readonly next?: string
}

export const pageJson = ({ runs, order, next }: SearchPage): string =>
  `{"runs":[${runs.join(',')}],"order":${JSON.stringify(order)}${nextMember(next)}}`
