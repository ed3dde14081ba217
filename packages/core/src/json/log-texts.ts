import { unknownName } from '@runmeta/schema/unknown'
import { Failure } from '../failure.ts'
import { GAP, memberAt, past, skip } from './skip.ts'

const LOGS = 'logs'
const MAX_LOGS = 100

const refusal = (place: string, reason: string): Failure => new Failure('bad_request', `${place}: ${reason}`)

/** Checks the syntax of the whole body; a value that is not allowed fails its own log only. */
function checkJson(text: string): void {
  try {
    JSON.parse(text)
  } catch (cause) {
    throw new Failure('bad_request', 'body: is not JSON', { cause })
  }
}

function startOfLogs(text: string): number {
  const open = past(GAP, text, 0)
  if (text[open] !== '{') throw refusal('body', 'must be a JSON object')
  const start = past(GAP, text, open + 1)
  if (text[start] === '}') throw refusal(LOGS, 'is missing; send an array of logs')
  let value: number | undefined
  for (let at = start; text[at] !== '}'; ) {
    const [name, from] = memberAt(text, at)
    if (name !== LOGS) {
      const shown = JSON.stringify(name.slice(0, 64)).slice(1, -1)
      throw refusal(shown, unknownName('field', shown, [LOGS]))
    }
    if (value !== undefined) throw refusal(LOGS, 'duplicate field')
    value = from
    at = past(GAP, text, skip(text, value))
  }
  return value ?? start
}

/**
 * Splits a body `{"logs": [...]}` into the texts of its logs, without checking each log.
 * @throws Failure `bad_request` unless the body is JSON with an array of 1 to 100 logs and no other field
 */
export function readLogTexts(text: string): string[] {
  checkJson(text)
  const from = startOfLogs(text)
  if (text[from] !== '[') throw refusal(LOGS, 'must be an array of logs')
  const texts: string[] = []
  for (let at = past(GAP, text, from + 1); text[at] !== ']'; ) {
    const end = skip(text, at)
    texts.push(text.slice(at, end))
    at = past(GAP, text, end)
  }
  if (texts.length === 0) throw refusal(LOGS, 'is empty; send 1 to 100 logs')
  if (texts.length > MAX_LOGS) throw refusal(LOGS, `has ${texts.length} logs; the limit for one request is ${MAX_LOGS}`)
  return texts
}
