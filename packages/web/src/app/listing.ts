import { useEffect, useRef, useState } from 'preact/hooks'
import { withProgress } from './connection.ts'
import { useReconnect } from './load.ts'

/** Milliseconds after which an unfinished read shows what it has found. */
const SHOW_EVERY_MS = 300

/** The part of a listing that has been read so far. */
interface Listed<Item> {
  readonly items: readonly Item[]
  /** Whether these are all. */
  readonly isComplete: boolean
  readonly isLoading: boolean
  /** Whether the items are still those of the previous listing. */
  readonly isPrevious: boolean
  readonly error: unknown
}

export interface Listing<Item> extends Listed<Item> {
  /** Reads on. It does nothing during a read, at the end, and after an error. */
  readonly more: (count?: number) => void
  readonly stop: () => void
  /** Reads again from the beginning. */
  readonly retry: () => void
  readonly change: (changed: (items: readonly Item[]) => readonly Item[]) => void
}

const NOTHING = { items: [], isComplete: false, isLoading: true, isPrevious: true, error: undefined }

interface ListingOptions<Item> {
  /** The listing is read from its beginning when this changes. */
  readonly cause: string
  readonly open: (signal: AbortSignal) => AsyncIterator<Item>
  readonly idOf: (item: Item) => string
  /** Whether the first read has found enough. */
  readonly isEnough: (items: readonly Item[]) => boolean
  readonly pageSize: number
}

/** Reads a listing on demand. Until its first items arrive, those of the previous listing stay in view. */
export function useListing<Item>({ cause, open, idOf, isEnough, pageSize }: ListingOptions<Item>): Listing<Item> {
  const [listed, show] = useState<Listed<Item>>(NOTHING)
  const [tries, setTries] = useState(0)
  const reader = useRef<Reader<Item>>(undefined)
  useEffect(() => {
    const controller = new AbortController()
    reader.current = readerOf(open(controller.signal), idOf, (change) => controller.signal.aborted || show(change))
    reader.current.read(isEnough)
    return () => controller.abort()
  }, [cause, tries])
  const retry = () => setTries((count) => count + 1)
  useReconnect(listed.error !== undefined, retry)
  return {
    ...listed,
    more: (count = pageSize) => reader.current?.read((items) => items.length >= listed.items.length + count),
    stop: () => reader.current?.stop(),
    retry,
    change: (changed) => reader.current?.change(changed),
  }
}

interface Reader<Item> {
  read(isEnough: (items: readonly Item[]) => boolean): void
  stop(): void
  change(changed: (items: readonly Item[]) => readonly Item[]): void
}

function readerOf<Item>(
  source: AsyncIterator<Item>,
  idOf: (item: Item) => string,
  show: (change: (before: Listed<Item>) => Listed<Item>) => void,
): Reader<Item> {
  let items: Item[] = []
  let state = { isComplete: false, isLoading: false, error: undefined as unknown }
  let hasChanged = false
  let isStopped = false

  const set = (change: Partial<typeof state>): void => {
    state = { ...state, ...change }
    const isPrevious = items.length === 0 && !state.isComplete && !hasChanged
    const shown = [...items]
    show((before) => ({ ...state, isPrevious, items: isPrevious ? before.items : shown }))
  }

  async function pull(isEnough: (items: readonly Item[]) => boolean): Promise<boolean> {
    const seen = new Set(items.map(idOf))
    let shownAt = performance.now()
    while (!isEnough(items) && !isStopped) {
      const { value, done } = await source.next()
      if (done === true) return true
      if (seen.has(idOf(value))) continue
      seen.add(idOf(value))
      items.push(value)
      if (performance.now() - shownAt > SHOW_EVERY_MS) {
        shownAt = performance.now()
        set({})
      }
    }
    return false
  }

  return {
    read(isEnough) {
      if (state.isComplete || state.isLoading || state.error !== undefined) return
      isStopped = false
      set({ isLoading: true })
      void withProgress(pull(isEnough)).then(
        (isComplete) => set({ isComplete, isLoading: false }),
        (error: unknown) => set({ isLoading: false, error }),
      )
    },
    stop() {
      isStopped = true
    },
    change(changed) {
      const next = changed(items)
      if (next === items) return
      items = [...next]
      hasChanged = true
      set({})
    },
  }
}
