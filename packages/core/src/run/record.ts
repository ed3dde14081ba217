import type { Run } from '@runmeta/schema/reply'
import { RUN_STATUSES } from '@runmeta/schema/run'
import { optionalString, present, requiredOneOf, requiredString } from '../table/attribute.ts'
import {
  digitsOf,
  idIndexPk,
  idOfRunKey,
  nameIndexPk,
  nameIndexSk,
  nameKey,
  nameOf,
  RUN_POSITION,
  runKey,
} from '../table/keys.ts'
import type { Item } from '../table/port.ts'

export interface StoredRun extends Run {
  readonly isIndexed: boolean
  /** The position of its last change. Rows of its facts have this version, so that the latest change wins. */
  readonly version: string
  /** The rename in progress and the last one: see `Rename`, `Former`. */
  readonly rename?: string
  readonly former?: string
}

/** The claim of a name. It contains the whole run, so that another request can complete the creation. */
export interface Claim extends StoredRun {
  readonly creationId: string
}

const fieldsOf = ({ pipeline, status, createdAt, startedAt, endedAt, expiresAt, isIndexed, version }: StoredRun) =>
  present({ pipeline, status, createdAt, startedAt, endedAt, expiresAt, index: isIndexed, version })

const runOf = (id: string, name: string, item: Item): StoredRun => ({
  id,
  name,
  status: requiredOneOf(item, 'status', RUN_STATUSES),
  createdAt: requiredString(item, 'createdAt'),
  isIndexed: item.index !== false,
  version: requiredString(item, 'version'),
  ...present({
    pipeline: optionalString(item, 'pipeline'),
    startedAt: optionalString(item, 'startedAt'),
    endedAt: optionalString(item, 'endedAt'),
    expiresAt: optionalString(item, 'expiresAt'),
    rename: optionalString(item, 'rename'),
    former: optionalString(item, 'former'),
  }),
})

export const toRunItem = (project: string, run: StoredRun): Item => ({
  ...runKey(project, run.id),
  pos: RUN_POSITION,
  indexPk: idIndexPk(project),
  indexSk: digitsOf(run.id),
  name: run.name,
  ...fieldsOf(run),
})

export const fromRunItem = (project: string, item: Item): StoredRun =>
  runOf(idOfRunKey(project, item), requiredString(item, 'name'), item)

export const toClaimItem = (project: string, claim: Claim): Item => ({
  ...nameKey(project, claim.name),
  indexPk: nameIndexPk(project),
  indexSk: nameIndexSk(claim.name, claim.id),
  id: claim.id,
  creationId: claim.creationId,
  ...fieldsOf(claim),
})

export const fromClaimItem = (project: string, item: Item): Claim => ({
  ...runOf(requiredString(item, 'id'), nameOf(project, item), item),
  creationId: requiredString(item, 'creationId'),
})

export function shown({ id, name, pipeline, status, createdAt, startedAt, endedAt, expiresAt }: Run): Run {
  return { id, name, ...present({ pipeline }), status, createdAt, ...present({ startedAt, endedAt, expiresAt }) }
}
