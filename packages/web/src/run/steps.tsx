import type { PipelineRun } from '@runmeta/sdk'
import { useMemo, useRef, useState } from 'preact/hooks'
import { counted } from '../ui/count.ts'
import { useVirtual } from '../ui/virtual.ts'

const ROW_PX = 32
/** With more steps, a filter is shown. */
const MAX_UNFILTERED = 12

interface StepsProps {
  readonly run: PipelineRun
  /** The name of the step; empty for the run itself. */
  readonly chosen: string
  readonly onChoose: (name: string) => void
}

/** Lists the run and its steps. The user chooses whose metadata the page shows. */
export function Steps({ run, chosen, onChoose }: StepsProps) {
  const [filter, setFilter] = useState('')
  const scroller = useRef<HTMLDivElement>(null)
  const names = useMemo(() => Object.keys(run.steps), [run])
  const rows = useMemo(
    () => ['', ...names.filter((name) => name.toLowerCase().includes(filter.toLowerCase()))],
    [names, filter],
  )
  const virtual = useVirtual({
    count: rows.length,
    estimate: () => ROW_PX,
    keyOf: (index) => rows[index] ?? index,
    dependencies: [rows],
    scroller,
  })
  if (names.length === 0) return null
  const keysOf = (name: string): number =>
    Object.keys(name === '' ? run.runMetadata : (run.steps[name]?.runMetadata ?? {})).length
  return (
    <nav class="steps" aria-label="Steps">
      <h2 class="small dim">{counted(names.length, 'step')}</h2>
      {names.length > MAX_UNFILTERED && (
        <input
          type="search"
          aria-label="Filter steps"
          placeholder="Filter steps"
          value={filter}
          spellcheck={false}
          onInput={(event) => setFilter(event.currentTarget.value)}
        />
      )}
      <div class="steps-list" ref={scroller} tabIndex={-1}>
        <ul style={{ height: `${virtual.getTotalSize()}px` }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const name = rows[index] ?? ''
            return (
              <li
                key={name === '' ? ' ' : name}
                style={{ transform: `translateY(${start}px)` }}
                aria-setsize={rows.length}
                aria-posinset={index + 1}
              >
                <button
                  type="button"
                  aria-current={name === chosen ? 'true' : undefined}
                  onClick={() => onChoose(name)}
                  title={name === '' ? 'The run' : name}
                >
                  {name === '' ? <span>The run</span> : <bdi>{name}</bdi>}
                  <span class="dim small">{keysOf(name).toLocaleString('en')}</span>
                </button>
              </li>
            )
          })}
        </ul>
      </div>
    </nav>
  )
}
