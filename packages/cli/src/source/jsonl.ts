import { isValueObject, type RunFields, type Value } from '@runmeta/sdk'
import { textsIn } from '@runmeta/sdk/value/json'
import { readObject } from '@runmeta/sdk/value/read'
import { restore } from '@runmeta/sdk/value/restore'
import { CommandError, EXIT } from '../exit.ts'
import { linesOf } from '../file.ts'
import type { ImportedRun, Importing } from '../importing.ts'
import { STATUSES } from '../run.ts'

const OPTIONAL = ['pipeline', 'createdAt', 'startedAt', 'endedAt', 'expiresAt'] as const

function runOf(fields: Value | undefined): ImportedRun | undefined {
  const texts = textsIn<RunFields>(fields, ['id', 'name', 'status'], OPTIONAL)
  if (texts === undefined || !STATUSES.includes(texts.status)) return undefined
  return { ...texts, index: isValueObject(fields) && fields.index === false ? false : undefined }
}

/** The texts of a log. Only an unset has `unset`: its key. */
interface LogTexts {
  readonly id: string
  readonly step?: string
  readonly unset?: string
  readonly createdAt?: string
}

/** Adds a log to a run. @returns whether the line holds a log */
async function addLog(target: Importing, run: string, log: Value | undefined): Promise<boolean> {
  const texts = textsIn<LogTexts>(log, ['id'], ['step', 'unset', 'createdAt'])
  if (!isValueObject(log) || texts === undefined) return false
  const { step, unset, createdAt } = texts
  const idempotencyKey = `import:${texts.id}`
  if (unset !== undefined) {
    await target.unset({ run, key: unset, step, createdAt, idempotencyKey })
    return true
  }
  const { metadata, types = {} } = log
  if (!isValueObject(metadata) || !isValueObject(types)) return false
  await target.log({
    runIdNameOrPrefix: run,
    exact: true,
    metadata: restore(metadata, types),
    stepName: step,
    logRelatedEntities: log.relatedEntities === false ? false : undefined,
    createdAt,
    idempotencyKey,
  })
  return true
}

/** Imports an export. @throws CommandError that names the invalid line */
export async function importLines(target: Importing, file: string): Promise<void> {
  let at = 0
  let run: string | undefined
  let isExpired = false
  const refuse = (what: string) =>
    new CommandError(EXIT.failed, `${file}, line ${at}: ${what}; nothing after it is imported`)
  for await (const line of linesOf(file)) {
    at++
    if (line.trim() === '') continue
    let entry: ReturnType<typeof readObject>
    try {
      entry = readObject(line, 'literal')
    } catch {
      throw refuse('it is not JSON')
    }
    if (entry === undefined) throw refuse('it is not a JSON object')
    if (at === 1 && entry.runmeta === undefined) throw refuse('this file was not written by `runmeta export`')
    if (entry.runmeta !== undefined || entry.end !== undefined) continue
    if (entry.run !== undefined) {
      const fields = runOf(entry.run)
      if (fields === undefined) throw refuse('a field of the run is missing')
      // The run has expired, so the server it came from no longer has it.
      isExpired = fields.expiresAt !== undefined && new Date(fields.expiresAt).getTime() <= Date.now()
      if (!isExpired) await target.run(fields)
      run = fields.id
    } else if (isExpired) {
      if (entry.log === undefined) throw refuse('it is not a log of a run')
    } else if (run === undefined || !(await addLog(target, run, entry.log))) {
      throw refuse('it is not a log of a run')
    }
  }
  await target.flush()
}
