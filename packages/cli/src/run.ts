import { isValueObject, type PipelineRun, type RunFields, type RunStatus, type Value } from '@runmeta/sdk'
import { pointerTo } from '@runmeta/sdk/value/pointer'
import { metadataJson } from './json.ts'

export const STATUSES = ['running', 'completed', 'failed', 'stopped'] as const satisfies RunStatus[]

/** The fields of a run without its metadata, and without fields that have no value. */
export const fieldsOf = (run: RunFields): RunFields => {
  const { id, name, pipeline, status, createdAt, startedAt, endedAt, expiresAt } = run
  return JSON.parse(JSON.stringify({ id, name, pipeline, status, createdAt, startedAt, endedAt, expiresAt }))
}

/** A run as the API returns it, on one line. */
export function runJson(run: PipelineRun): string {
  const steps = Object.entries(run.steps).map(
    ([name, step]) => `${JSON.stringify(name)}:{${metadataJson(step.runMetadata)}}`,
  )
  return `${JSON.stringify(fieldsOf(run)).slice(0, -1)},${metadataJson(run.runMetadata)},"steps":{${steps.join(',')}}}`
}

/** The JSON Pointer of a key; a pointer stays as it is. */
export const pointerOf = (key: string): string => (key.startsWith('/') ? key : pointerTo([key]))

/** The values of metadata by JSON Pointer: scalars, arrays and empty objects; the members of others one by one. */
export function leavesOf(value: Value, place: readonly string[] = []): [pointer: string, value: Value][] {
  const members = isValueObject(value) ? Object.entries(value) : []
  if (members.length === 0) return place.length === 0 ? [] : [[pointerTo(place), value]]
  return members.flatMap(([name, member]) => leavesOf(member, [...place, name]))
}
