import { Dialog } from '../ui/dialog.tsx'

const KEYS = [
  ['/', 'Search runs, or filter keys'],
  ['j', 'Next row'],
  ['k', 'Row before'],
  ['Enter', 'Open the row'],
  ['x', 'Tick the row'],
  ['c', 'Compare what is ticked'],
  ['?', 'This help'],
  ['Esc', 'Close'],
] as const

const SEARCHES = [
  ['iris', 'names that have iris in them'],
  ['/run_metrics/accuracy >= 0.9', 'a number at a place in the metadata'],
  ['iris /git/branch = "main"', 'both; text stands in double quotes'],
  ['/a > 1 and /b < 2', 'several conditions, of which all hold'],
  ['/epochs between [10, 20]', 'from one to the other, both included'],
  ['/model in ["tree", "forest"]', 'one of several'],
  ['/dataset prefix "s3://"', 'how a text begins; contains: what is in it'],
  ['/accuracy exists', 'whatever its value'],
] as const

export const Help = ({ onClose }: { readonly onClose: () => void }) => (
  <Dialog title="Help" onClose={onClose}>
    <h3>Keyboard</h3>
    <dl class="keys">
      {KEYS.map(([name, what]) => (
        <div key={name}>
          <dt>
            <kbd>{name}</kbd>
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
    <h3>Search</h3>
    <dl class="searches">
      {SEARCHES.map(([text, what]) => (
        <div key={text}>
          <dt>
            <code>{text}</code>
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
    <p class="dim">
      The <a href="docs">API reference</a> has all calls.
    </p>
  </Dialog>
)
