import { isNumeric, Typed, type Value } from '@runmeta/sdk'
import { binarySize } from './size.ts'
import { jsonOf, kindOf, untyped } from './value.ts'

/** The most characters of a value that are shown in one line. */
const MAX_CHARACTERS = 200

/** Whether only the beginning of a text is shown in one line. */
export const isCut = (text: string): boolean => text.length > MAX_CHARACTERS

const shortened = (text: string): string => (isCut(text) ? `${text.slice(0, MAX_CHARACTERS)}…` : text)

/** Whether to show text as a link: only http and https are safe to open. */
export const isLink = (text: string): boolean => /^https?:\/\//i.test(text) && URL.canParse(text)

/** Control characters, and marks that change the direction of text. They are shown as escapes. */
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

export const visible = (text: string): string =>
  text.replace(INVISIBLE, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`)

export const Link = ({ text, shown = text }: { readonly text: string; readonly shown?: string }) => (
  <a class="uri" href={text} target="_blank" rel="noreferrer noopener" dir="auto">
    {visible(shown)}
  </a>
)

interface SizeProps {
  /** The number of bytes, with the digits that were logged. */
  readonly text: string
}

export function Size({ text }: SizeProps) {
  const binary = binarySize(text)
  return (
    <span class="size">
      {binary !== undefined && <span class="number">{binary}</span>}
      <span class={binary === undefined ? 'number' : 'dim'}>
        {text} {text === '1' ? 'byte' : 'bytes'}
      </span>
    </span>
  )
}

/** Whether a string would look like a value of another kind, or like another string. */
function isAmbiguous(text: string): boolean {
  if (text !== text.trim()) return true
  if (!/^[-\d"[{tfn]/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** A string as it is shown in one line: quoted if it would be taken for something else. */
const lineOf = (text: string): string => (isCut(text) || !isAmbiguous(text) ? shortened(text) : JSON.stringify(text))

/** A value in one line: whole where it is short, else its beginning. */
export function Inline({ value }: { readonly value: Value }) {
  const bare = untyped(value)
  if (Typed.is(value) && value.type === 'StorageSize')
    return <span title={`${bare} bytes`}>{binarySize(String(bare)) ?? `${bare} B`}</span>
  if (isNumeric(bare))
    return (
      <span class="number" title={String(bare)}>
        {String(bare)}
      </span>
    )
  if (typeof bare === 'string') {
    if (kindOf(value) === 'Uri' && isLink(bare)) return <Link text={bare} shown={shortened(bare)} />
    return bare === '' ? (
      <span class="dim">""</span>
    ) : (
      <bdi class="string" title={shortened(bare)}>
        {visible(lineOf(bare))}
      </bdi>
    )
  }
  if (bare === null || typeof bare === 'boolean') return <span class="word">{String(bare)}</span>
  return <code class="dim">{visible(shortened(jsonOf(bare)))}</code>
}
