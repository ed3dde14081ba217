import { hash } from 'node:crypto'
import { type StoredRun, shown } from '../run/record.ts'
import { inOrder, type State } from './fold.ts'

const CHARACTERS = 20

/**
 * Identifies what a reply shows of a run: its fields, and which log gave each key its value. A log never changes, so runs
 * with equal hashes have equal replies, and no value must be loaded for it.
 */
export function stateHash(run: StoredRun, state: State): string {
  const keys = Array.from(inOrder(state), ({ step = null, key, latest }) => [step, key, latest.position, latest.index])
  return hash('sha256', JSON.stringify([shown(run), keys]), 'hex').slice(0, CHARACTERS)
}
