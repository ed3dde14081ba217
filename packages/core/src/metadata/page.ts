import { pointerPart } from '../json/pointer.ts'
import { sizeAsString } from '../json/size.ts'
import { inOrder, type KeyValue, load, type State } from './fold.ts'

/** A place in the order of a reply; what is shown from there on comes after it. */
export interface PageEnd {
  readonly step?: string
  readonly position: string
  readonly index: number
}

/** The metadata of a run or of a step as JSON members. */
interface Members {
  readonly values: string[]
  readonly types: string[]
}

/** What one reply shows of a run's metadata. */
export interface MetadataPage {
  readonly run: Members
  readonly steps: ReadonlyMap<string, Members>
  /** The last place shown; without it nothing is left. */
  readonly end?: PageEnd
}

/**
 * Bytes of a page as a JSON string, which is what a function's reply is; one may have 6 MB, the run's own fields among
 * them. One value with its types is at most a log, 5.5 MiB, and then it is alone.
 */
const MAX_PAGE_BYTES = 5 * 1024 * 1024

const member = (name: string, json: string): string => `${JSON.stringify(name)}:${json}`

const isAfter = (said: KeyValue, { step, position, index }: PageEnd): boolean => {
  if (said.step !== step) return said.step !== undefined && (step === undefined || said.step > step)
  return said.held.position === position ? said.held.index > index : said.held.position > position
}

const endOf = ({ step, held: { position, index } }: KeyValue): PageEnd => ({
  ...(step === undefined ? {} : { step }),
  position,
  index,
})

/** What may fit a page, and whether that is all there is: more than fits, as UTF-16 units are never more than bytes. */
function candidates(state: State, after: PageEnd | undefined): { said: readonly KeyValue[]; isAll: boolean } {
  const said: KeyValue[] = []
  let units = 0
  for (const one of inOrder(state)) {
    if (after !== undefined && !isAfter(one, after)) continue
    if (units > MAX_PAGE_BYTES) return { said, isAll: false }
    said.push(one)
    units += one.key.length + (one.held.entry?.length ?? 0)
  }
  return { said, isAll: true }
}

/** A key as JSON: its value, and its types by pointer. An unset key has neither, but its step is shown. */
function membersOf({ key, held: { entry } }: KeyValue): Members {
  if (entry === undefined) return { values: [], types: [] }
  return {
    values: [member(key, entry.text())],
    types: entry.types.map(([pointer, type]) => member(pointerPart(key) + pointer, JSON.stringify(type))),
  }
}

/** A page of a run's metadata, beginning after a place; its values are loaded, and no others. */
export async function pageOf(state: State, after?: PageEnd): Promise<MetadataPage> {
  const { said, isAll } = candidates(state, after)
  await load(said.map(({ held }) => held))
  const run: Members = { values: [], types: [] }
  const steps = new Map<string, Members>()
  let size = 0
  let end: PageEnd | undefined
  for (const one of said) {
    const { values, types } = membersOf(one)
    const more = [...values, ...types].reduce((sum, text) => sum + sizeAsString(text) + 1, 0)
    if (end !== undefined && size + more > MAX_PAGE_BYTES) return { run, steps, end }
    size += more
    const scope = one.step === undefined ? run : (steps.get(one.step) ?? { values: [], types: [] })
    if (one.step !== undefined) steps.set(one.step, scope)
    scope.values.push(...values)
    scope.types.push(...types)
    end = endOf(one)
  }
  return { run, steps, ...(isAll || end === undefined ? {} : { end }) }
}

const scopeMembers = ({ values, types }: Members): string =>
  `"metadata":{${values.join(',')}},"types":{${types.join(',')}}`

/** The members `metadata`, `types` and `steps` of a run as JSON, joined from the texts that were logged. */
export function pageMembers({ run, steps }: MetadataPage): string {
  const stepMembers = [...steps].map(([name, scope]) => member(name, `{${scopeMembers(scope)}}`))
  return `${scopeMembers(run)},"steps":{${stepMembers.join(',')}}`
}
