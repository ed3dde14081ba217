import { useState } from 'preact/hooks'
import { Button } from '../ui/button.tsx'
import { visible } from './inline.tsx'

/** Characters of a text that are shown before anybody asks for more. */
const MAX_CHARACTERS = 1500

/** Text as it was logged, in its own direction; a long one is opened on demand, in a frame that scrolls. */
export function Text({ text }: { readonly text: string }) {
  const [isWhole, setWhole] = useState(false)
  if (text === '') return <span class="dim">empty text</span>
  const isLong = text.length > MAX_CHARACTERS
  return (
    <div class="text">
      <div
        class={isLong && isWhole ? 'string framed' : 'string'}
        dir="auto"
        {...(isLong && isWhole ? { tabIndex: 0, role: 'region', 'aria-label': 'Whole text' } : {})}
      >
        {visible(isLong && !isWhole ? text.slice(0, MAX_CHARACTERS) : text)}
        {isLong && !isWhole && '…'}
      </div>
      {isLong && (
        <Button
          label={isWhole ? 'Show less' : `Show all ${text.length.toLocaleString('en')} characters`}
          kind="quiet"
          onClick={() => setWhole(!isWhole)}
        />
      )}
    </div>
  )
}
