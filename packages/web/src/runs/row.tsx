import type { ListedRun } from '@runmeta/sdk'
import { address, href, setParameters } from '../app/address.ts'
import { durationOf } from '../app/time.ts'
import { Status } from '../ui/status.tsx'
import { Time } from '../ui/time.tsx'
import { Inline } from '../value/inline.tsx'

interface RunRowProps {
  readonly run: ListedRun
  readonly index: number
  readonly columns: readonly string[]
  readonly isTicked: boolean
  readonly isCurrent: boolean
  readonly onTick: (id: string) => void
  readonly onFocus: () => void
}

export function RunRow({ run, index, columns, isTicked, isCurrent, onTick, onFocus }: RunRowProps) {
  const { id, name, status, pipeline, createdAt, selected } = run
  return (
    <tr aria-rowindex={index + 2} data-ticked={isTicked || undefined} data-current={isCurrent || undefined}>
      <td class="tick">
        <input type="checkbox" aria-label={`Tick ${name}`} checked={isTicked} onChange={() => onTick(id)} />
      </td>
      <td class="name">
        <a href={href(['runs', id])} onFocus={onFocus} title={name}>
          <bdi>{name}</bdi>
        </a>
        <span class="narrow-only dim small">
          <Time time={createdAt} />
          {pipeline && (
            <>
              {' · '}
              <bdi>{pipeline}</bdi>
            </>
          )}
        </span>
      </td>
      <td class="status-column">
        <Status status={status} />
      </td>
      <td class="wide-only pipeline">
        {pipeline && (
          <button
            type="button"
            class="text-button"
            title={`Only runs of ${pipeline}`}
            onClick={() =>
              setParameters({ pipeline: [...new Set([...address.peek().query.getAll('pipeline'), pipeline])] })
            }
          >
            <bdi>{pipeline}</bdi>
          </button>
        )}
      </td>
      <td class="wide-only">
        <Time time={createdAt} />
      </td>
      <td class="wide-only duration">{durationOf(run)}</td>
      {columns.map((pointer) => {
        const value = Object.hasOwn(selected, pointer) ? selected[pointer] : undefined
        return (
          <td key={pointer} class="value">
            {value === undefined ? <span class="dim">–</span> : <Inline value={value} />}
          </td>
        )
      })}
    </tr>
  )
}
