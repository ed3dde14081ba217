import { Dialog } from '../ui/dialog.tsx'

const KEYS = [
  ['/', 'Search runs, or filter keys'],
  ['j', 'Next row'],
  ['k', 'Previous row'],
  ['Enter', 'Open the row'],
  ['x', 'Tick the row'],
  ['c', 'Compare the ticked runs'],
  ['?', 'Show this help'],
  ['Esc', 'Close'],
] as const

const SEARCHES = [
  ['iris', 'names that contain iris'],
  ['/run_metrics/accuracy >= 0.9', 'a number in the metadata'],
  ['iris /git/branch = "main"', 'a name and a condition; text is in double quotes'],
  ['/a > 1 and /b < 2', 'runs that meet all conditions'],
  ['/epochs between [10, 20]', 'from 10 to 20, both included'],
  ['/model in ["tree", "forest"]', 'one of these values'],
  ['/dataset prefix "s3://"', 'text that begins with s3://; contains finds text anywhere'],
  ['/accuracy exists', 'any value'],
] as const

interface TermsProps {
  readonly class: string
  readonly tag: 'kbd' | 'code'
  readonly terms: readonly (readonly [term: string, meaning: string])[]
}

const Terms = ({ tag: Tag, terms, ...rest }: TermsProps) => (
  <dl class={rest.class}>
    {terms.map(([term, meaning]) => (
      <div key={term}>
        <dt>
          <Tag>{term}</Tag>
        </dt>
        <dd>{meaning}</dd>
      </div>
    ))}
  </dl>
)

export const Help = ({ onClose }: { readonly onClose: () => void }) => (
  <Dialog title="Help" onClose={onClose}>
    <h3>Keyboard</h3>
    <Terms class="keys" tag="kbd" terms={KEYS} />
    <h3>Search</h3>
    <Terms class="searches" tag="code" terms={SEARCHES} />
    <p class="dim">
      The <a href="docs">API reference</a> lists all calls.
    </p>
  </Dialog>
)
