import { hrefOfList, setParameters } from '../app/address.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import type { Missing } from './compared.ts'

interface MissingRunsProps extends Missing {
  readonly others: readonly string[]
}

/** Shown instead of a comparison if some of its runs do not exist. */
export const MissingRuns = ({ missing, others }: MissingRunsProps) => (
  <Notice title={missing.length === 1 ? 'There is no such run' : 'There are no such runs'} icon="search" isAlert>
    <ul class="plain-list">
      {missing.map((reference) => (
        <li key={reference}>
          <code>{reference}</code>
        </li>
      ))}
    </ul>
    <p>{missing.length === 1 ? 'It' : 'They'} may have been deleted, have expired, or belong to another project.</p>
    {others.length >= 2 ? (
      <Button label="Compare the others" kind="main" onClick={() => setParameters({ run: others })} />
    ) : (
      <a class="button" href={hrefOfList({ tick: others })}>
        Tick other runs
      </a>
    )}
  </Notice>
)
