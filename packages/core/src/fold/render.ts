import { pointerPart } from '../value/pointer.ts'
import { ordered, type Scope, type State } from './fold.ts'

const member = (name: string, json: string): string => `${JSON.stringify(name)}:${json}`

/** The members `metadata` and `types` of a scope as JSON, joined from the texts that were logged. */
function scopeMembers(scope: Scope): string {
  const held = ordered(scope)
  const values = held.map(({ entry }) => member(entry.key, entry.text()))
  const types = held.flatMap(({ entry: { key, types } }) =>
    types.map(([pointer, type]) => member(pointerPart(key) + pointer, JSON.stringify(type))),
  )
  return `"metadata":{${values.join(',')}},"types":{${types.join(',')}}`
}

/** The members `metadata`, `types` and `steps` of a run as JSON, without the braces around them. */
export function stateMembers({ run, steps }: State): string {
  const stepMembers = [...steps].map(([name, scope]) => member(name, `{${scopeMembers(scope)}}`))
  return `${scopeMembers(run)},"steps":{${stepMembers.join(',')}}`
}
