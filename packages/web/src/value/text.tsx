import { useState } from 'preact/hooks'
import { Button } from '../ui/button.tsx'
import { visible } from './inline.tsx'
import { scrolling } from './scrolling.ts'

/** A longer text is shown cut, with a button to show it all. */
const MAX_CHARACTERS = 1500

/** Text as it was logged. If it is long, a button shows all of it in a box that scrolls. */
export function Text({ text }: { readonly text: string }) {
  const [isWhole, setWhole] = useState(false)
  if (text === '') return <span class="dim">empty text</span>
  const isLong = text.length > MAX_CHARACTERS
  return (
    <div class="text">
      <div
        class={isLong && isWhole ? 'string framed' : 'string'}
        dir="auto"
        {...(isLong && isWhole ? scrolling('Whole text') : {})}
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
