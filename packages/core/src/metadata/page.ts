import { pointerPart } from '../json/pointer.ts'
import { bytesAsString, MAX_PAGE_BYTES } from '../json/size.ts'
import { inOrder, type KeyValue, load, type State } from './fold.ts'
import { member } from './render.ts'

export interface PageEnd {
  readonly step?: string
  readonly position: string
  readonly index: number
}

interface Members {
  readonly values: string[]
  readonly types: string[]
}

/** The part of a run's metadata that fits one reply. */
export interface MetadataPage {
  readonly run: Members
  readonly steps: ReadonlyMap<string, Members>
  /** Bytes of {@link pageMembers} as a JSON string. */
  readonly bytes: number
  readonly end?: PageEnd
}

const isAfter = (one: KeyValue, { step, position, index }: PageEnd): boolean => {
  if (one.step !== step) return one.step !== undefined && (step === undefined || one.step > step)
  return one.latest.position === position ? one.latest.index > index : one.latest.position > position
}

const endOf = ({ step, latest: { position, index } }: KeyValue): PageEnd => ({
  ...(step === undefined ? {} : { step }),
  position,
  index,
})

const stepUnits = ({ step }: KeyValue, before: KeyValue | undefined): number =>
  step === undefined || step === before?.step ? 0 : step.length

/** The keys that may fit a page, and whether no others are left. UTF-16 units are never more than bytes, so none is missing. */
function candidates(state: State, after: PageEnd | undefined): { keys: readonly KeyValue[]; isAll: boolean } {
  const keys: KeyValue[] = []
  let units = 0
  for (const one of inOrder(state)) {
    if (after !== undefined && !isAfter(one, after)) continue
    if (units > MAX_PAGE_BYTES) return { keys, isAll: false }
    keys.push(one)
    units += one.key.length + (one.latest.value?.length ?? 0) + stepUnits(one, keys.at(-2))
  }
  return { keys, isAll: true }
}

const scopeMembers = ({ values, types }: Members): string =>
  `"metadata":{${values.join(',')}},"types":{${types.join(',')}}`
const stepMember = (step: string, scope: Members): string => member(step, `{${scopeMembers(scope)}}`)

/** The members `metadata`, `types` and `steps` of a run as JSON, joined from the texts that were logged. */
export function pageMembers({ run, steps }: Pick<MetadataPage, 'run' | 'steps'>): string {
  const stepMembers = [...steps].map(([name, scope]) => stepMember(name, scope))
  return `${scopeMembers(run)},"steps":{${stepMembers.join(',')}}`
}

/** A key as JSON: its value, and its types by pointer. An unset key has neither, but the reply still lists its step. */
function membersOf({ key, latest: { value } }: KeyValue): Members {
  if (value === undefined) return { values: [], types: [] }
  return {
    values: [member(key, value.text())],
    types: value.types.map(([pointer, type]) => member(pointerPart(key) + pointer, JSON.stringify(type))),
  }
}

/** Bytes of the JSON around the members, as a JSON string. */
const RUN_FRAME_BYTES = bytesAsString(pageMembers({ run: { values: [], types: [] }, steps: new Map() }))
const stepFrameBytes = (step: string): number => bytesAsString(stepMember(step, { values: [], types: [] })) + 1

/** The page of a run's metadata that begins after `after`. Loads only the values that may fit it. */
export async function pageOf(state: State, after?: PageEnd): Promise<MetadataPage> {
  const { keys, isAll } = candidates(state, after)
  await load(keys.map(({ latest }) => latest))
  const run: Members = { values: [], types: [] }
  const steps = new Map<string, Members>()
  let bytes = RUN_FRAME_BYTES
  let end: PageEnd | undefined
  for (const one of keys) {
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
