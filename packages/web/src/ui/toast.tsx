import { signal } from '@preact/signals'

const SHOWN_MS = 4000

const message = signal('')
let timer: ReturnType<typeof setTimeout> | undefined

/** Shows a message for a few seconds, and announces it to screen readers. */
export function showToast(text: string): void {
  clearTimeout(timer)
  message.value = text
  timer = setTimeout(() => {
    message.value = ''
  }, SHOWN_MS)
}

export const Toast = () => (
  <div class="toast" role="status" aria-live="polite" data-shown={message.value !== '' || undefined}>
    {message.value}
  </div>
)
