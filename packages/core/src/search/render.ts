import { shown } from '../run/item.ts'
import type { Listed, SearchPage } from './search.ts'

const member = (name: string, json: string): string => `${JSON.stringify(name)}:${json}`

function runJson({ run, selected, members }: Listed): string {
  const own = JSON.stringify(shown(run)).slice(1, -1)
  const values = [...(selected ?? [])].map(([pointer, text]) => member(pointer, text))
  const parts = [
    own,
    ...(selected === undefined ? [] : [`"selected":{${values.join(',')}}`]),
    ...(members ? [members] : []),
  ]
  return `{${parts.join(',')}}`
}

/** A page of runs as JSON: values are the very texts that were logged. */
export function pageJson({ runs, order, next }: SearchPage): string {
  const cursor = next === undefined ? '' : `,${member('next', JSON.stringify(next))}`
  return `{"runs":[${runs.map(runJson).join(',')}],${member('order', JSON.stringify(order))}${cursor}}`
}
