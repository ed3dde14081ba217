/** What had the focus when the user left the previous page; undefined on the first page. */
let before: Element | null | undefined

/** Must be called before `followAddress`, which starts to replace the page. */
export function followFocus(): void {
  addEventListener('hashchange', () => {
    before = document.activeElement
  })
}

/** Focuses the heading of a new page, so that a screen reader reads it, unless the user has focused something since. */
export function focusHeading(heading: HTMLElement): void {
  const { activeElement, body } = document
  if (before === undefined) return
  if (activeElement !== null && activeElement !== body && activeElement !== before) return
  before = null
  heading.focus({ preventScroll: true })
}
