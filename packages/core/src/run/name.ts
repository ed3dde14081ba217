import { randomBytes } from 'node:crypto'
import { LIMITS } from '@runmeta/schema/limits'

/** 32 digits and letters that are not easily confused: one for each 5 bits. */
const LETTERS = '23456789abcdefghjkmnpqrstuvwxyz0'
const RANDOM_CHARACTERS = 8

/** Generates a run's name: its pipeline (or `run`), the time in seconds, and random characters. */
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
