import { useEffect } from 'preact/hooks'
import { address, href, hrefOfList, setParameters } from '../app/address.ts'
import { lazy } from '../app/lazy.tsx'
import { useLoad } from '../app/load.ts'
import { Button } from '../ui/button.tsx'
import { Choice } from '../ui/choice.tsx'
import { Heading } from '../ui/heading.tsx'
import { Icon } from '../ui/icon.tsx'
import { isNarrow } from '../ui/media.ts'
import { Failure, HiddenHeading, Notice, Skeleton } from '../ui/notice.tsx'
import { type Compared, compareRuns, type Missing } from './compared.ts'
import { csvOf, save } from './csv.ts'
import { MissingRuns } from './missing.tsx'
import { CompareTable } from './table.tsx'

const ParallelPlot = lazy(() => import('../plot/parallel.tsx').then((code) => code.ParallelPlot))
const ScatterPlot = lazy(() => import('../plot/scatter.tsx').then((code) => code.ScatterPlot))
const Histories = lazy(() => import('./histories.tsx').then((code) => code.Histories))

const VIEWS = [
  { view: 'table', label: 'Table' },
  { view: 'parallel', label: 'Parallel coordinates', short: 'Parallel' },
  { view: 'scatter', label: 'Scatter' },
  { view: 'histories', label: 'Histories' },
] as const

const MAX_RUNS = 20

/** Runs side by side, in a table and in plots. */
export function ComparePage() {
  const { query } = address.value
  const references = [...new Set(query.getAll('run'))].slice(0, MAX_RUNS)
  const view = VIEWS.find(({ view: name }) => name === query.get('view'))?.view ?? 'table'
  const isOnlyDifferent = query.get('only') === 'different'
  const filter = query.get('q') ?? ''
  const cause = references.join('/')
  const { value, error, reload } = useLoad<Compared | Missing | undefined>(cause, async (signal) =>
    references.length < 2 ? undefined : compareRuns(references, signal),
  )
  useEffect(() => {
    document.title = 'Compare · runmeta'
  }, [])
  const isOneRun = value !== undefined && 'runs' in value && value.runs.length < 2
  if (references.length < 2 || (isOneRun && error === undefined)) {
    return (
      <HiddenHeading title="Compare">
        <Notice title="Tick at least two runs" icon="compare">
          <p>In the list of runs, tick up to {MAX_RUNS}, and press c or Compare.</p>
          <a class="button" href={href([], { tick: references })}>
            Show all runs
          </a>
        </Notice>
      </HiddenHeading>
    )
  }
  if (value === undefined || error !== undefined) {
    return (
      <HiddenHeading title="Compare">
        {error === undefined ? <Skeleton lines={12} /> : <Failure error={error} retry={reload} />}
      </HiddenHeading>
    )
  }
  if ('missing' in value) {
    const { missing } = value
    const others = references.filter((reference) => !missing.includes(reference))
    return (
      <HiddenHeading title="Compare">
        <MissingRuns missing={missing} others={others} />
      </HiddenHeading>
    )
  }
  const wanted = filter.toLowerCase()
  const rows = value.rows.filter(
    ({ pointer, differs }) => (differs || !isOnlyDifferent) && pointer.toLowerCase().includes(wanted),
  )
  const different = value.rows.filter(({ differs }) => differs).length
  return (
    <div class="page compare-page">
      <header class="page-head">
        <a class="back dim small" href={hrefOfList({ tick: value.runs.map(({ id }) => id) })}>
          <Icon name="back" /> Runs
        </a>
        <div class="title">
          <Heading>{value.runs.length} runs compared</Heading>
          <span class="dim small" role="status">
            {different.toLocaleString('en')} of {value.rows.length.toLocaleString('en')} values differ
          </span>
        </div>
        <div class="compare-bar">
          <nav class="tabs" aria-label="View">
            {VIEWS.map(({ view: name, label, ...rest }) => (
              <button
                key={name}
                type="button"
                aria-pressed={name === view}
                onClick={() => setParameters({ view: name === 'table' ? undefined : name })}
              >
                {isNarrow.value && 'short' in rest ? rest.short : label}
              </button>
            ))}
          </nav>
          {view === 'table' && (
            <>
              <div class="search-box">
                <Icon name="search" />
                <input
                  type="search"
                  aria-label="Filter pointers"
                  placeholder="Filter pointers"
                  value={filter}
                  spellcheck={false}
                  onInput={(event) => setParameters({ q: event.currentTarget.value })}
                />
              </div>
              <Choice
                isChosen={isOnlyDifferent}
                onChange={() => setParameters({ only: isOnlyDifferent ? undefined : 'different' })}
              >
                Only differences
              </Choice>
              <div class="spacer" />
              <Button label="CSV" icon="download" onClick={() => save('runs.csv', csvOf({ runs: value.runs, rows }))} />
            </>
          )}
        </div>
      </header>
      {view === 'table' && rows.length > 0 && (
        <CompareTable
          runs={value.runs}
          rows={rows}
          onRemove={(id) => setParameters({ run: value.runs.filter((run) => run.id !== id).map((run) => run.id) })}
        />
      )}
      {view === 'table' && rows.length === 0 && (
        <Notice
          title={value.rows.length === 0 ? 'Nothing was logged to these runs' : 'No pointer matches'}
          icon="search"
        >
          {value.rows.length > 0 && (
            <Button label="Show all pointers" onClick={() => setParameters({ q: undefined, only: undefined })} />
          )}
        </Notice>
      )}
      {view === 'parallel' && <ParallelPlot {...value} />}
      {view === 'scatter' && <ScatterPlot {...value} />}
      {view === 'histories' && <Histories {...value} />}
    </div>
  )
}
