import { randomBytes } from 'node:crypto'
import { LIMITS } from '@runmeta/schema/limits'

/** Digits and letters that are not taken for each other: 32 of them, so that 5 bits make one. */
const LETTERS = '23456789abcdefghjkmnpqrstuvwxyz0'
const RANDOM_CHARACTERS = 8

/** A name for a run that was given none: its pipeline (or `run`), the time to the second, and random characters. */
export function generatedName(pipeline: string | undefined, createdAt: string): string {
  const time = createdAt
    .slice(0, 19)
    .replace('T', '-')
    .replaceAll(/(?<=\d)-(?=\d\d-)|:/g, '')
  const random = [...randomBytes(RANDOM_CHARACTERS)].map((byte) => LETTERS[byte % 32]).join('')
  const tail = `-${time}-${random}`
  const head = [...(pipeline ?? 'run')].slice(0, LIMITS.nameCharacters - tail.length).join('')
  return head + tail
}
