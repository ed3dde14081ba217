import { hash } from 'node:crypto'
import { type StoredRun, shown } from '../run/record.ts'
import { inOrder, type State } from './fold.ts'

const CHARACTERS = 20

/** Hashes what a reply about a run depends on. A log never changes, so its position stands for its values. */
export function stateHash(run: StoredRun, state: State): string {
  const keys = Array.from(inOrder(state), ({ step = null, key, latest }) => [step, key, latest.position, latest.index])
  return hash('sha256', JSON.stringify([shown(run), keys]), 'hex').slice(0, CHARACTERS)
}
