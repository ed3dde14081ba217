import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { address, href, navigate, setParameters } from '../app/address.ts'
import { useKeys } from '../app/keyboard.ts'
import { isAdmin } from '../app/session.ts'
import { Button } from '../ui/button.tsx'
import { toggled } from '../ui/choice.tsx'
import { counted } from '../ui/count.ts'
import { Heading } from '../ui/heading.tsx'
import { messageOf } from '../ui/notice.tsx'
import { showToast } from '../ui/toast.tsx'
import { ColumnsMenu } from './columns.tsx'
import { DeleteDialog } from './delete.tsx'
import { NoRuns } from './empty.tsx'
import { PipelineMenu, StatusMenu, TimeMenu } from './filters.tsx'
import { useRuns } from './list.ts'
import { isMistake } from './query.ts'
import { defaultColumns, samplePointers } from './sample.ts'
import { isRefusedSearch, SearchBox } from './search.tsx'
import { RunsTable } from './table.tsx'
import { isFiltered, MAX_TICKED, NO_FILTERS, optionsOf, viewOf } from './view.ts'

const HINTS = [
  [['/'], 'search'],
  [['j', 'k'], 'move'],
  [['x'], 'tick'],
  [['c'], 'compare'],
  [['?'], 'help'],
] as const

/** The list of runs. The address holds its state. */
export function RunsPage() {
  const { query } = address.value
  const view = viewOf(query)
  const columns = view.columns ?? defaultColumns.value
  const [isDeleting, setDeleting] = useState(false)
  const box = useRef<HTMLInputElement>(null)
  const filters = { ...view, ticked: [], columns: [] }
  const options = useMemo(() => optionsOf(view, columns), [JSON.stringify([filters, columns])])
  const lastValid = useRef(isMistake(options) ? {} : options)
  if (!isMistake(options)) lastValid.current = options
  const list = useRuns(lastValid.current)
  const { ticked } = view
  useEffect(() => {
    document.title = 'Runs · runmeta'
  }, [])
  // A new run may be the first one with metadata.
  const newest = list.items[0]?.id
  useEffect(() => void samplePointers(Number.POSITIVE_INFINITY), [newest])

  const tick = (id: string): void => {
    const next = toggled(ticked, id)
    if (next.length > MAX_TICKED) showToast(`You can tick up to ${MAX_TICKED} runs`)
    else setParameters({ tick: next })
  }
  const compare = (): void => {
    if (ticked.length < 2) showToast('Tick at least two runs to compare them')
    else navigate(href(['compare'], { run: ticked }))
  }
  useKeys({
    '/': () => box.current?.focus(),
    c: compare,
  })
  const { error, isLoading, isComplete } = list
  // The runs of the previous search must not be shown as the result of one that failed.
  const runs = error !== undefined && list.isPrevious && !isRefusedSearch(error) ? [] : list.items
  const ordered = view.order.replace(/^-/, '')

  return (
    <div class="page list-page">
      <Heading isHidden>Runs</Heading>
      <div class="toolbar">
        <SearchBox input={box} text={view.text} refused={error} onChange={(text) => setParameters({ q: text })} />
        <div class="filters">
          <PipelineMenu chosen={view.pipelines} runs={runs} />
          <StatusMenu chosen={view.statuses} />
          <TimeMenu view={view} />
          <ColumnsMenu columns={columns} isChosen={view.columns !== undefined} />
          {isFiltered(view) && (
            <Button label="Clear" icon="close" kind="quiet" onClick={() => setParameters(NO_FILTERS)} />
          )}
        </div>
      </div>
      {runs.length === 0 ? (
        <NoRuns list={list} view={view} />
      ) : (
        <RunsTable
          list={list}
          columns={columns}
          order={view.order}
          ticked={ticked}
          onTick={tick}
          onOrder={(order) => setParameters({ order })}
        />
      )}
      {error !== undefined && runs.length > 0 && !isRefusedSearch(error) && (
        <div class="warning-bar" role="alert">
          <span>Some runs could not be loaded: {messageOf(error)}</span>
          <Button label="Try again" onClick={list.retry} />
        </div>
      )}
      <footer class="list-foot">
        {ticked.length > 0 ? (
          <section class="selection" aria-label="Ticked runs">
            <span>{ticked.length} ticked</span>
            <Button label="Compare" icon="compare" kind="main" isDisabled={ticked.length < 2} onClick={compare} />
            {isAdmin.value && <Button label="Delete…" icon="trash" kind="danger" onClick={() => setDeleting(true)} />}
            <Button label="Untick" kind="quiet" onClick={() => setParameters({ tick: undefined })} />
          </section>
        ) : (
          <span class="dim small" role="status">
            {runs.length > 0 && counted(runs.length, 'run', isComplete)}
            {isLoading && runs.length > 0 && ' · looking for more'}
            {ordered.startsWith('/') && ` · runs without a value at ${ordered} are left out`}
          </span>
        )}
        <span class="dim small hints">
          {HINTS.map(([keys, what]) => (
            <span key={what}>
              {keys.map((name) => (
                <>
                  <kbd>{name}</kbd>{' '}
                </>
              ))}
              {what}
            </span>
          ))}
        </span>
      </footer>
      {isDeleting && (
        <DeleteDialog
          runs={ticked.map((id) => ({ id, name: runs.find((run) => run.id === id)?.name ?? id }))}
          onClose={() => setDeleting(false)}
          onDeleted={(ids) => {
            list.change((all) => all.filter(({ id }) => !ids.includes(id)))
            setParameters({ tick: ticked.filter((id) => !ids.includes(id)) })
          }}
        />
      )}
    </div>
  )
}
