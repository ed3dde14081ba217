import { hash } from 'node:crypto'
import { type StoredRun, shown } from '../run/record.ts'
import { inOrder, type State } from './fold.ts'

const CHARACTERS = 20

/** Identifies the reply that shows a run, without its values: a log never changes, so the positions of the logs are enough. */
export function stateHash(run: StoredRun, state: State): string {
  const keys = Array.from(inOrder(state), ({ step = null, key, latest }) => [step, key, latest.position, latest.index])
  return hash('sha256', JSON.stringify([shown(run), keys]), 'hex').slice(0, CHARACTERS)
}
