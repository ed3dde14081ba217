import type { ListedRun } from '@runmeta/sdk'
import { useState } from 'preact/hooks'
import { setParameters } from '../app/address.ts'
import { Button } from '../ui/button.tsx'
import { Choice, toggled } from '../ui/choice.tsx'
import { Popover } from '../ui/popover.tsx'
import { Status } from '../ui/status.tsx'
import { PERIODS, STATUSES, timeOf, type View } from './view.ts'

const MAX_PIPELINES = 200

interface PipelineMenuProps {
  readonly chosen: readonly string[]
  /** The runs whose pipelines are offered. */
  readonly runs: readonly ListedRun[]
}

export function PipelineMenu({ chosen, runs }: PipelineMenuProps) {
  const [text, setText] = useState('')
  const [seen] = useState(() => new Set<string>())
  for (const { pipeline } of runs) if (pipeline !== undefined && seen.size < MAX_PIPELINES) seen.add(pipeline)
  const choose = (pipeline: string) => setParameters({ pipeline: toggled(chosen, pipeline) })
  const all = [...new Set([...chosen, ...seen])].sort()
  return (
    <Popover label="Pipeline" count={chosen.length}>
      {() => (
        <form
          class="choices"
          onSubmit={(event) => {
            event.preventDefault()
            if (text.trim() !== '') choose(text.trim())
            setText('')
          }}
        >
          <input
            type="text"
            aria-label="Name of a pipeline"
            placeholder="Another pipeline, then Enter"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
          {all
            .filter((pipeline) => pipeline.toLowerCase().includes(text.toLowerCase()))
            .map((pipeline) => (
              <Choice key={pipeline} isChosen={chosen.includes(pipeline)} onChange={() => choose(pipeline)}>
                <bdi>{pipeline}</bdi>
              </Choice>
            ))}
          {all.length === 0 && <p class="dim small">No run in view has a pipeline.</p>}
        </form>
      )}
    </Popover>
  )
}

export const StatusMenu = ({ chosen }: { readonly chosen: readonly string[] }) => (
  <Popover label="Status" count={chosen.length}>
    {() => (
      <div class="choices">
        {STATUSES.map((status) => (
          <Choice
            key={status}
            isChosen={chosen.includes(status)}
            onChange={() => setParameters({ status: toggled(chosen, status) })}
          >
            <Status status={status} />
          </Choice>
        ))}
      </div>
    )}
  </Popover>
)

/** A time as the value of a `datetime-local` input: local time, to the minute. */
const fieldOf = (time: string): string => {
  const ms = Date.parse(time)
  if (Number.isNaN(ms)) return ''
  return new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

export function TimeMenu({ view }: { readonly view: View }) {
  const period = PERIODS.find(({ name }) => name === view.since)
  const isChosen = period !== undefined || view.after !== '' || view.before !== ''
  return (
    <Popover label={period?.label ?? 'Created'} count={isChosen ? 1 : 0}>
      {() => (
        <div class="choices">
          {[{ name: '', label: 'Any time' }, ...PERIODS].map(({ name, label }) => (
            <Choice
              key={name}
              group="since"
              isChosen={name === view.since && (name !== '' || !isChosen)}
              onChange={() => setParameters({ since: name, after: '', before: '' })}
            >
              {label}
            </Choice>
          ))}
          {[
            { name: 'after', label: 'After', time: view.after },
            { name: 'before', label: 'Before', time: view.before },
          ].map(({ name, label, time }) => (
            <label key={name} class="field">
              {label}
              <input
                type="datetime-local"
                value={fieldOf(time)}
                onChange={(event) => setParameters({ [name]: timeOf(event.currentTarget.value), since: '' })}
              />
            </label>
          ))}
          {isChosen && (
            <Button label="Any time" kind="quiet" onClick={() => setParameters({ since: '', after: '', before: '' })} />
          )}
        </div>
      )}
    </Popover>
  )
}
