import type { Value } from '@runmeta/sdk'
import { useState } from 'preact/hooks'
import { Button } from '../ui/button.tsx'
import { isLink, Link, visible } from './inline.tsx'
import { scrolling } from './scrolling.ts'
import { kindOf } from './value.ts'

/** A longer text is shown cut, with a button to show it all. */
const MAX_CHARACTERS = 1500

export const isLongText = (text: string): boolean => text.length > MAX_CHARACTERS

interface TextProps {
  readonly text: string
}

/** Text as it was logged. If it is long, a button shows all of it in a box that scrolls. */
export function Text({ text }: TextProps) {
  const [isWhole, setWhole] = useState(false)
  if (text === '') return <span class="dim">empty text</span>
  if (!isLongText(text)) return <WholeText text={text} />
  return (
    <div class="text">
      {isWhole ? (
        <WholeText text={text} />
      ) : (
        <div class="string" dir="auto">
          {visible(text.slice(0, MAX_CHARACTERS))}…
        </div>
      )}
      <Button
        label={isWhole ? 'Show less' : `Show all ${text.length.toLocaleString('en')} characters`}
        kind="quiet"
        onClick={() => setWhole(!isWhole)}
      />
    </div>
  )
}

/** All of a text; if it is long, in a box that scrolls. */
function WholeText({ text }: TextProps) {
  const isLong = isLongText(text)
  return (
    <div class={isLong ? 'string framed' : 'string'} dir="auto" {...(isLong ? scrolling('Whole text') : {})}>
      {visible(text)}
    </div>
  )
}

/** All of a string, or of a link. */
export const WholeString = ({ value, text }: TextProps & { readonly value: Value }) =>
  kindOf(value) === 'Uri' && isLink(text) ? <Link text={text} /> : <WholeText text={text} />
