import { signal } from '@preact/signals'

const query = matchMedia('(max-width: 700px)')
const narrow = signal(query.matches)
query.addEventListener('change', () => {
  narrow.value = query.matches
})

/** Whether the page is as narrow as a phone. The CSS uses the same breakpoint. */
export const useNarrow = (): boolean => narrow.value
