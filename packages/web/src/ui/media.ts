import { type ReadonlySignal, signal } from '@preact/signals'

/** Whether a media query matches, now and after every change. */
function matching(query: string): ReadonlySignal<boolean> {
  const list = matchMedia(query)
  const matches = signal(list.matches)
  list.addEventListener('change', () => {
    matches.value = list.matches
  })
  return matches
}

/** Whether the page is as narrow as a phone. The CSS has the same breakpoint. */
export const isNarrow = matching('(max-width: 700px)')
export const isDark = matching('(prefers-color-scheme: dark)')

/** Whether the browser shows another tab. */
export const isHidden = signal(document.hidden)
document.addEventListener('visibilitychange', () => {
  isHidden.value = document.hidden
})
