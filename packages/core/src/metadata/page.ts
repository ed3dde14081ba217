import { pointerPart } from '../json/pointer.ts'
import { bytesAsString } from '../json/size.ts'
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
  /** Bytes of {@link pageMembers} as a JSON string. */
  readonly bytes: number
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
  return said.latest.position === position ? said.latest.index > index : said.latest.position > position
}

const endOf = ({ step, latest: { position, index } }: KeyValue): PageEnd => ({
  ...(step === undefined ? {} : { step }),
  position,
  index,
})

/** UTF-16 units of a step's name, where its first key comes. */
const stepUnits = ({ step }: KeyValue, before: KeyValue | undefined): number =>
  step === undefined || step === before?.step ? 0 : step.length

/** What may fit a page, and whether that is all there is: more than fits, as UTF-16 units are never more than bytes. */
function candidates(state: State, after: PageEnd | undefined): { said: readonly KeyValue[]; isAll: boolean } {
  const said: KeyValue[] = []
  let units = 0
  for (const one of inOrder(state)) {
    if (after !== undefined && !isAfter(one, after)) continue
    if (units > MAX_PAGE_BYTES) return { said, isAll: false }
    said.push(one)
    units += one.key.length + (one.latest.value?.length ?? 0) + stepUnits(one, said.at(-2))
  }
  return { said, isAll: true }
}

const scopeMembers = ({ values, types }: Members): string =>
  `"metadata":{${values.join(',')}},"types":{${types.join(',')}}`
const stepMember = (step: string, scope: Members): string => member(step, `{${scopeMembers(scope)}}`)

/** The members `metadata`, `types` and `steps` of a run as JSON, joined from the texts that were logged. */
export function pageMembers({ run, steps }: Pick<MetadataPage, 'run' | 'steps'>): string {
  const stepMembers = [...steps].map(([name, scope]) => stepMember(name, scope))
  return `${scopeMembers(run)},"steps":{${stepMembers.join(',')}}`
}

/** A key as JSON: its value, and its types by pointer. An unset key has neither, but its step is shown. */
function membersOf({ key, latest: { value } }: KeyValue): Members {
  if (value === undefined) return { values: [], types: [] }
  return {
    values: [member(key, value.text())],
    types: value.types.map(([pointer, type]) => member(pointerPart(key) + pointer, JSON.stringify(type))),
  }
}

/** Bytes of what stands around the members, as a JSON string. */
const RUN_FRAME_BYTES = bytesAsString(pageMembers({ run: { values: [], types: [] }, steps: new Map() }))
const stepFrameBytes = (step: string): number => bytesAsString(stepMember(step, { values: [], types: [] })) + 1

/** A page of a run's metadata, beginning after a place; its values are loaded, and no others. */
export async function pageOf(state: State, after?: PageEnd): Promise<MetadataPage> {
  const { said, isAll } = candidates(state, after)
  await load(said.map(({ latest }) => latest))
  const run: Members = { values: [], types: [] }
  const steps = new Map<string, Members>()
  let bytes = RUN_FRAME_BYTES
  let end: PageEnd | undefined
  for (const one of said) {
    const { values, types } = membersOf(one)
    const frame = one.step === undefined || steps.has(one.step) ? 0 : stepFrameBytes(one.step)
    const more = [...values, ...types].reduce((sum, text) => sum + bytesAsString(text) + 1, frame)
    if (end !== undefined && bytes + more > MAX_PAGE_BYTES) return { run, steps, bytes, end }
    bytes += more
    const scope = one.step === undefined ? run : (steps.get(one.step) ?? { values: [], types: [] })
    if (one.step !== undefined) steps.set(one.step, scope)
    scope.values.push(...values)
    scope.types.push(...types)
    end = endOf(one)
  }
  return { run, steps, bytes, ...(isAll || end === undefined ? {} : { end }) }
}
