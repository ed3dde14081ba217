import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core'
import type { RefObject } from 'preact'
import { useCallback, useLayoutEffect, useState } from 'preact/hooks'

interface VirtualOptions {
  readonly count: number
  /** The height of an item in pixels, before it is measured. */
  readonly estimate: (index: number) => number
  readonly keyOf: (index: number) => string | number
  /** Dependencies of `keyOf` and `estimate`. While they are unchanged, scrolling does not recompute all items. */
  readonly dependencies: readonly unknown[]
  readonly scroller: RefObject<HTMLElement | null>
  /** The distance in pixels from the top of the scroller to the first item. */
  readonly margin?: number
  /** The height in pixels of a sticky header that covers the top of the scroller. */
  readonly covered?: number
  readonly overscan?: number
}

export type Virtual = Virtualizer<HTMLElement, HTMLElement>

/** Renders only the items in view, so that a list may have any length. */
export function useVirtual(options: VirtualOptions): Virtual {
  const { count, estimate, keyOf, dependencies, scroller, margin = 0, covered = 0, overscan = 8 } = options
  const [, redraw] = useState(0)
  const getItemKey = useCallback(keyOf, dependencies)
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
