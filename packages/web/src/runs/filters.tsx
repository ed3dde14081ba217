import type { ListedRun } from '@runmeta/sdk'
import { useState } from 'preact/hooks'
import { setParameters } from '../app/address.ts'
import { Button } from '../ui/button.tsx'
import { Popover } from '../ui/popover.tsx'
import { Status } from '../ui/status.tsx'
import { PERIODS, STATUSES, type View } from './view.ts'

const MAX_SEEN = 200

const toggled = (all: readonly string[], one: string): string[] =>
  all.includes(one) ? all.filter((other) => other !== one) : [...all, one]

export interface PipelineMenuProps {
  readonly chosen: readonly string[]
  /** The runs whose pipelines are offered. */
  readonly runs: readonly ListedRun[]
}

export function PipelineMenu({ chosen, runs }: PipelineMenuProps) {
  const [text, setText] = useState('')
  const [seen] = useState(() => new Set<string>())
  for (const { pipeline } of runs) if (pipeline !== undefined && seen.size < MAX_SEEN) seen.add(pipeline)
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
              <label key={pipeline} class="choice">
                <input type="checkbox" checked={chosen.includes(pipeline)} onChange={() => choose(pipeline)} />
                <bdi>{pipeline}</bdi>
              </label>
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
          <label key={status} class="choice">
            <input
              type="checkbox"
              checked={chosen.includes(status)}
              onChange={() => setParameters({ status: toggled(chosen, status) })}
            />
            <Status status={status} />
          </label>
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

const timeOf = (field: string): string => {
  const ms = Date.parse(field)
  return Number.isNaN(ms) ? '' : new Date(ms).toISOString()
}

export function TimeMenu({ view }: { readonly view: View }) {
  const period = PERIODS.find(({ name }) => name === view.since)
  const isChosen = period !== undefined || view.after !== '' || view.before !== ''
  return (
    <Popover label={period?.label ?? 'Created'} count={isChosen ? 1 : 0}>
      {() => (
        <div class="choices">
          {[{ name: '', label: 'Any time' }, ...PERIODS].map(({ name, label }) => (
            <label key={name} class="choice">
              <input
                type="radio"
                name="since"
                checked={name === view.since && (name !== '' || !isChosen)}
                onChange={() => setParameters({ since: name, after: '', before: '' })}
              />
              {label}
            </label>
          ))}
          <label class="field">
            After
            <input
              type="datetime-local"
              value={fieldOf(view.after)}
              onChange={(event) => setParameters({ after: timeOf(event.currentTarget.value), since: '' })}
            />
          </label>
          <label class="field">
            Before
            <input
              type="datetime-local"
              value={fieldOf(view.before)}
              onChange={(event) => setParameters({ before: timeOf(event.currentTarget.value), since: '' })}
            />
          </label>
          {isChosen && (
            <Button label="Any time" kind="quiet" onClick={() => setParameters({ since: '', after: '', before: '' })} />
          )}
        </div>
      )}
    </Popover>
  )
}
