import type { ComponentChildren } from 'preact'
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Icon, type IconName } from './icon.tsx'

interface PopoverProps {
  readonly label: string
  readonly icon?: IconName
  /** The number of selected choices, shown on the button. */
  readonly count?: number
  readonly onOpen?: () => void
  readonly children: (close: () => void) => ComponentChildren
}

/** A button that opens a panel of choices below it. */
export function Popover({ label, icon, count = 0, onOpen, children }: PopoverProps) {
  const [isOpen, setOpen] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const id = useId()
  const panel = useRef<HTMLDivElement>(null)
  const [isAtEnd, setAtEnd] = useState(false)
  // A panel that would leave the screen is aligned to the button's other edge.
  useLayoutEffect(() => {
    const { current: element } = panel
    if (isOpen && element !== null)
      setAtEnd((element.parentElement?.getBoundingClientRect().left ?? 0) + element.offsetWidth > innerWidth)
  }, [isOpen])
  const close = () => {
    setOpen(false)
    button.current?.focus()
  }
  useEffect(() => {
    if (!isOpen) return
    const leave = (event: Event): void => {
      if (event.target instanceof Node && root.current?.contains(event.target) === false) setOpen(false)
    }
    addEventListener('pointerdown', leave)
    addEventListener('focusin', leave)
    return () => {
      removeEventListener('pointerdown', leave)
      removeEventListener('focusin', leave)
    }
  }, [isOpen])
  return (
    <div
      class="popover"
      ref={root}
      role="presentation"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && isOpen) close()
      }}
    >
      <button
        type="button"
        class="button"
        ref={button}
        aria-expanded={isOpen}
        aria-controls={id}
        data-chosen={count > 0 || undefined}
        onClick={() => {
          if (!isOpen) onOpen?.()
          setOpen(!isOpen)
        }}
      >
        {icon && <Icon name={icon} />}
        <span>{label}</span>
        {count > 0 && <span class="count">{count}</span>}
        <Icon name="down" />
      </button>
      <div class="panel" id={id} hidden={!isOpen} ref={panel} data-end={isAtEnd || undefined}>
        {isOpen && children(close)}
      </div>
    </div>
  )
}
