import type { LogBody } from '@runmeta/core/json/body'
import type { NewLog } from '@runmeta/core/metadata/write'
import { present } from '@runmeta/core/table/attribute'
import type { LogOptions } from '@runmeta/schema/run'

/** A log as its body and its options say. @throws Failure `bad_request`, `invalid_value`, `payload_too_large` */
export function newLog(body: LogBody, { step, relatedEntities = true, after, createdAt }: LogOptions): NewLog {
  const { entries, digest, unindexed } = body.content()
  return {
    entries,
    isRelated: relatedEntities,
    // Neither `after` nor `createdAt` is part of what a log says.
    digest: digest([step ?? null, relatedEntities]),
    unindexed,
    ...present({ step, after, createdAt }),
  }
}
