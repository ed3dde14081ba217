import { optionalString } from '../table/attribute.ts'
import type { Item } from '../table/port.ts'

/**
 * A rename that has begun, as the run's record says. The new name is claimed under `claim`, then one write changes the
 * record's name. Whoever meets the claim before that finishes the rename, or gives it up where its writer is long gone.
 */
export interface Rename {
  readonly to: string
  /** The `creationId` of the new name's claim. */
  readonly claim: string
  /** The `creationId` of the old name's claim. */
  readonly left: string
  /** When it began, in ms since 1970. */
  readonly beganAt: number
}

/** By then the request that began a rename has ended: its calls to the store take no longer. */
const LIVE_MS = 15_000

type RenameTuple = readonly [to: string, claim: string, left: string, beganAt: number]

export const toRename = ({ to, claim, left, beganAt }: Rename): string =>
  JSON.stringify([to, claim, left, beganAt] satisfies RenameTuple)

export function fromRename(text: string): Rename {
  const [to, claim, left, beganAt] = JSON.parse(text) as RenameTuple
  return { to, claim, left, beganAt }
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

/** Names other than its own that a run may still have claimed. */
export function extraClaims(record: Item): Former[] {
  const [rename, former] = [optionalString(record, 'rename'), optionalString(record, 'former')]
  const begun = rename === undefined ? undefined : fromRename(rename)
  return [
    ...(begun === undefined ? [] : [{ name: begun.to, claim: begun.claim }]),
    ...(former === undefined ? [] : [fromFormer(former)]),
  ]
}
