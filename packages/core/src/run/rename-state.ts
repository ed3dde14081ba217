import { optionalString } from '../table/attribute.ts'
import type { Item } from '../table/port.ts'

/**
 * A rename in progress, as stored in the run's record. The new name is claimed, then one write changes the name in the record.
 * Another request that finds the claim before that finishes the rename, or reverts it if its writer has ended.
 */
export interface Rename {
  readonly to: string
  /** The `creationId` of the new name's claim, and of the old name's. */
  readonly newClaim: string
  readonly oldClaim: string
  /** In ms since 1970. */
  readonly beganAt: number
}

/** A request ends within this time. */
const LIVE_MS = 15_000

type RenameTuple = readonly [to: string, newClaim: string, oldClaim: string, beganAt: number]

export const toRename = ({ to, newClaim, oldClaim, beganAt }: Rename): string =>
  JSON.stringify([to, newClaim, oldClaim, beganAt] satisfies RenameTuple)

export function fromRename(text: string): Rename {
  const [to, newClaim, oldClaim, beganAt] = JSON.parse(text) as RenameTuple
  return { to, newClaim, oldClaim, beganAt }
}

export const isLive = ({ beganAt }: Rename, now: number): boolean => now - beganAt < LIVE_MS

/** The name before the last rename, and its claim. */
export interface Former {
  readonly name: string
  readonly claim: string
}

type FormerTuple = readonly [name: string, claim: string]

export const toFormer = ({ name, claim }: Former): string => JSON.stringify([name, claim] satisfies FormerTuple)

export function fromFormer(text: string): Former {
  const [name, claim] = JSON.parse(text) as FormerTuple
  return { name, claim }
}

/** Claims that a run may have besides the one of its own name. */
export function extraClaims(record: Item): Former[] {
  const [rename, former] = [optionalString(record, 'rename'), optionalString(record, 'former')]
  const begun = rename === undefined ? undefined : fromRename(rename)
  return [
    ...(begun === undefined ? [] : [{ name: begun.to, claim: begun.newClaim }]),
    ...(former === undefined ? [] : [fromFormer(former)]),
  ]
}
