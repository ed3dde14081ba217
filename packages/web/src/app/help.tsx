import { Dialog } from '../ui/dialog.tsx'

const KEYS = [
  ['/', 'Search runs, or filter keys'],
  ['j', 'Next row'],
  ['k', 'Previous row'],
  ['Enter', 'Open the row'],
  ['x', 'Tick the row'],
  ['c', 'Compare the ticked runs'],
  ['?', 'This help'],
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
      The <a href="docs">API reference</a> lists all calls.
    </p>
  </Dialog>
)
