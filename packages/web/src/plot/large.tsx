import type { Value } from '@runmeta/sdk'
import { useMemo } from 'preact/hooks'
import { isTooLarge } from '../value/value.ts'

interface LargeNoteProps {
  readonly values: readonly (Value | undefined)[]
}

/** Says that a plot lacks numbers, if it does. */
export function LargeNote({ values }: LargeNoteProps) {
  const isNeeded = useMemo(() => values.some(isTooLarge), [values])
  return isNeeded && <p class="dim small">Numbers beyond 1e300 are only in tables.</p>
}
