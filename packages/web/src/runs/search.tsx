import type { RefObject } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { complete, type Suggestion } from './complete.ts'
import { isMistake, parseQuery } from './query.ts'
import { knownPointers, samplePointers } from './sample.ts'

/** The search starts when the user has not typed for this long. */
const PAUSE_MS = 250

/** Whether the server refused a condition or the name: the search box shows such an error itself. */
export const isRefusedSearch = (error: unknown): error is Error =>
  error instanceof Error && /where|nameContains/.test(error.message)

interface SearchBoxProps {
  readonly input: RefObject<HTMLInputElement | null>
  /** The text of the current search. */
  readonly text: string
  /** The server's refusal of it, if any. */
  readonly refused: unknown
  readonly onChange: (text: string) => void
}

export function SearchBox({ input, text, refused, onChange }: SearchBoxProps) {
  const [draft, setDraft] = useState(text)
  const [caret, setCaret] = useState(0)
  const [isOpen, setOpen] = useState(false)
  const [isTyping, setTyping] = useState(false)
  const [active, setActive] = useState(-1)
  const id = useId()
  const pointers = knownPointers.value
  const parsed = parseQuery(draft)
  const suggestions = isOpen ? complete(draft, caret, pointers) : []
  // Show no mistake while the user is still typing.
  const mistake = isMistake(parsed) && !isTyping && suggestions.length === 0 ? parsed : undefined

  const sent = useRef(text)
  const search = (next: string): void => {
    sent.current = next
    onChange(next)
  }
  // The back button or a link can change the search. A search that this box started must not replace what was typed since.
  useEffect(() => {
    if (text !== sent.current) setDraft(text)
    sent.current = text
  }, [text])
  useEffect(() => {
    const timer = setTimeout(() => {
      setTyping(false)
      if (draft !== text && !isMistake(parseQuery(draft))) search(draft)
    }, PAUSE_MS)
    return () => clearTimeout(timer)
  }, [draft])

  const type = (element: HTMLInputElement): void => {
    setDraft(element.value)
    setTyping(true)
    setCaret(element.selectionStart ?? element.value.length)
    setOpen(true)
    setActive(-1)
  }
  const accept = (suggestion: Suggestion): void => {
    setDraft(suggestion.text)
    setCaret(suggestion.caret)
    setActive(-1)
    const { current } = input
    if (current === null) return
    current.focus()
    // Set now: a key pressed before the next render must edit the accepted suggestion.
    current.value = suggestion.text
    current.setSelectionRange(suggestion.caret, suggestion.caret)
  }
  const onKey = (event: KeyboardEvent): void => {
    const isShown = suggestions.length > 0
    if (event.key === 'ArrowDown' && isShown) {
      event.preventDefault()
      setActive((active + 1) % suggestions.length)
    } else if (event.key === 'ArrowUp' && isShown) {
      event.preventDefault()
      setActive(active <= 0 ? suggestions.length - 1 : active - 1)
    } else if ((event.key === 'Enter' || event.key === 'Tab') && suggestions[active] !== undefined) {
      event.preventDefault()
      accept(suggestions[active])
    } else if (event.key === 'Enter') {
      setOpen(false)
      setTyping(false)
      if (!isMistake(parsed)) search(draft)
    } else if (event.key === 'Escape') {
      if (isShown) setOpen(false)
      else input.current?.blur()
    }
  }

  const message = mistake?.message ?? (isRefusedSearch(refused) ? refused.message : undefined)
  return (
    <search class="search">
      <div class="search-box" data-mistaken={message !== undefined || undefined}>
        <Icon name="search" />
        <input
          ref={input}
          type="text"
          role="combobox"
          aria-label="Search runs"
          aria-expanded={suggestions.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
          aria-invalid={message !== undefined}
          aria-describedby={message === undefined ? undefined : `${id}-mistake`}
          placeholder="Name, or /pointer >= 0.9"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          value={draft}
          onInput={(event) => type(event.currentTarget)}
          onKeyDown={onKey}
          onKeyUp={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
          onFocus={() => {
            void samplePointers()
            setOpen(true)
          }}
          onBlur={() => setOpen(false)}
        />
        {draft !== '' && (
          <Button
            label="Clear the search"
            icon="close"
            kind="quiet"
            isBare
            onClick={() => {
              setDraft('')
              search('')
              input.current?.focus()
            }}
          />
        )}
      </div>
      {suggestions.length > 0 && (
        <ul class="suggestions" id={`${id}-list`} role="listbox" aria-label="Suggestions">
          {suggestions.map((suggestion, index) => (
            <li
              key={suggestion.label}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === active}
              ref={(element) => {
                if (index === active) element?.scrollIntoView({ block: 'nearest' })
              }}
              onPointerDown={(event) => {
                event.preventDefault()
                accept(suggestion)
              }}
            >
              <code>{suggestion.label}</code>
              <span class="dim">{suggestion.hint}</span>
            </li>
          ))}
        </ul>
      )}
      {message !== undefined && (
        <div class="mistake" id={`${id}-mistake`} role="alert">
          {mistake && (
            <code aria-hidden="true">
              {draft.slice(0, mistake.at)}
              <mark>{draft.slice(mistake.at, mistake.at + 1) || ' '}</mark>
              {draft.slice(mistake.at + 1)}
            </code>
          )}
          <span>
            {mistake && `Character ${mistake.at + 1}: `}
            {message}
          </span>
        </div>
      )}
    </search>
  )
}
