import type { Change, Condition } from '../port.ts'
import { TABLE } from './definition.ts'

/** Collects the names and values of an expression as placeholders, so that no input can become part of the expression. */
export function placeholders() {
  const names: Record<string, string> = {}
  const values: Record<string, unknown> = {}
  const name = (attribute: string) => {
    names[`#${attribute}`] = attribute
    return `#${attribute}`
  }
  const value = (label: string, content: unknown) => {
    values[`:${label}`] = content
    return `:${label}`
  }
  const expression = () => ({
    ...(Object.keys(names).length > 0 ? { ExpressionAttributeNames: names } : {}),
    ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
  })
  return { name, value, expression }
}

export type Placeholders = ReturnType<typeof placeholders>

export function writeExpressions(condition: Condition, change?: Change) {
  const terms = placeholders()
  return { ...(change && changeOf(terms, change)), ...conditionOf(terms, condition), ...terms.expression() }
}

function conditionOf(
  { name, value }: Placeholders,
  { exists, equals = {}, atMost = {}, below = {} }: Condition,
): { ConditionExpression?: string } {
  const isAbsentOr = (attribute: string, comparison: string) =>
    `(attribute_not_exists(${name(attribute)}) OR ${name(attribute)} ${comparison})`
  const parts = [
    ...(exists === undefined
      ? []
      : [`${exists ? 'attribute_exists' : 'attribute_not_exists'}(${name(TABLE.partitionKey)})`]),
    ...Object.entries(equals).map(([attribute, content]) =>
      content === undefined
        ? `attribute_not_exists(${name(attribute)})`
        : `${name(attribute)} = ${value(`was_${attribute}`, content)}`,
    ),
    ...Object.entries(atMost).map(([attribute, most]) =>
      isAbsentOr(attribute, `<= ${value(`most_${attribute}`, most)}`),
    ),
    ...Object.entries(below).map(([attribute, end]) => isAbsentOr(attribute, `< ${value(`below_${attribute}`, end)}`)),
  ]
  return parts.length === 0 ? {} : { ConditionExpression: parts.join(' AND ') }
}

function changeOf(
  { name, value }: Placeholders,
  { set = {}, setIfAbsent = {}, remove = [] }: Change,
): { UpdateExpression: string } {
  const sets = [
    ...Object.entries(set).map(([attribute, content]) => `${name(attribute)} = ${value(attribute, content)}`),
    ...Object.entries(setIfAbsent).map(
      ([attribute, content]) => `${name(attribute)} = if_not_exists(${name(attribute)}, ${value(attribute, content)})`,
    ),
  ]
  const clauses: string[] = []
  if (sets.length > 0) clauses.push(`SET ${sets.join(', ')}`)
  if (remove.length > 0) clauses.push(`REMOVE ${remove.map(name).join(', ')}`)
  return { UpdateExpression: clauses.join(' ') }
}
