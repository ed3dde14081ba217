import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core'
import type { RefObject } from 'preact'
import { useCallback, useLayoutEffect, useState } from 'preact/hooks'

export interface VirtualOptions {
  readonly count: number
  /** Pixels of an item, before it is measured. */
  readonly estimate: (index: number) => number
  readonly keyOf: (index: number) => string | number
  /** What keys and estimates depend on: while it is the same, scrolling does not go through all items again. */
  readonly of: readonly unknown[]
  readonly scroller: RefObject<HTMLElement | null>
  /** Pixels within the scroller before the first item. */
  readonly margin?: number
  /** Pixels at the scroller's top that something covers. */
  readonly covered?: number
  readonly overscan?: number
}

export type Virtual = Virtualizer<HTMLElement, HTMLElement>

/** Draws only the items that are in view, of as many as there are. */
export function useVirtual(options: VirtualOptions): Virtual {
  const { count, estimate, keyOf, of, scroller, margin = 0, covered = 0, overscan = 8 } = options
  const [, redraw] = useState(0)
  const getItemKey = useCallback(keyOf, of)
  const all = {
    count,
    estimateSize: estimate,
    getItemKey,
    getScrollElement: () => scroller.current,
    scrollMargin: margin,
    scrollPaddingStart: covered,
    scrollPaddingEnd: 16,
    overscan,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    initialRect: { width: 1000, height: 900 },
    onChange: () => redraw((times) => times + 1),
  }
  const [virtual] = useState(() => new Virtualizer<HTMLElement, HTMLElement>(all))
  virtual.setOptions(all)
  useLayoutEffect(() => virtual._didMount(), [])
  useLayoutEffect(() => virtual._willUpdate())
  return virtual
}
