import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { focusHeading } from '../app/focus.ts'

interface HeadingProps {
  readonly isHidden?: boolean
  readonly children: ComponentChildren
}

/** The heading of a page. */
export function Heading({ isHidden = false, children }: HeadingProps) {
  const element = useRef<HTMLHeadingElement>(null)
  useLayoutEffect(() => {
    if (element.current !== null) focusHeading(element.current)
  }, [])
  return (
    <h1 ref={element} tabIndex={-1} class={isHidden ? 'visually-hidden' : undefined}>
      {children}
    </h1>
  )
}
