import { type PipelineRun, RunNotFoundError } from '@runmeta/sdk'
import { useEffect, useRef, useState } from 'preact/hooks'
import { address, href, navigate, setParameters } from '../app/address.ts'
import { withProgress } from '../app/connection.ts'
import { useKeys } from '../app/keyboard.ts'
import { useReconnect } from '../app/load.ts'
import { client, isAdmin } from '../app/session.ts'
import { DeleteDialog } from '../runs/delete.tsx'
import { Button, Copy } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Failure, HiddenHeading, Skeleton } from '../ui/notice.tsx'
import { Status } from '../ui/status.tsx'
import { Time } from '../ui/time.tsx'
import { Facts } from './facts.tsx'
import { MetadataCards } from './metadata.tsx'
import { Steps } from './steps.tsx'

/** Milliseconds between two reads of a running run. */
const FOLLOW_EVERY_MS = 2000
/** Milliseconds before a failed read is retried. */
const RETRY_MS = 5000

interface Followed {
  readonly run: PipelineRun | undefined
  readonly error: unknown
  readonly isFollowing: boolean
  readonly reload: () => void
}

/** Reads a run and follows it while it is running, or reads it as of a moment. It reads nothing while it is paused. */
function useRun(reference: string, at: string, isPaused: boolean): Followed {
  const [state, setState] = useState<Omit<Followed, 'reload'>>({ run: undefined, error: undefined, isFollowing: false })
  const [tries, setTries] = useState(0)
  useEffect(() => {
    if (isPaused) return
    const controller = new AbortController()
    const { signal } = controller
    const caller = client.peek()
    const show = (change: Partial<Omit<Followed, 'reload'>>): void => {
      if (!signal.aborted) setState((before) => ({ ...before, ...change }))
    }
    async function follow(): Promise<void> {
      const news = caller.watch(reference, { interval: FOLLOW_EVERY_MS, signal })
      let { value: run } = await withProgress(news.next())
      while (run) {
        show({ run, error: undefined, isFollowing: run.status === 'running' })
        ;({ value: run } = await news.next())
      }
    }
    async function readOnce(): Promise<void> {
      show({
        run: await withProgress(caller.getPipelineRun(reference, { at, signal })),
        error: undefined,
        isFollowing: false,
      })
    }
    show({ error: undefined })
    void (at === '' ? follow() : readOnce()).catch((error: unknown) => show({ error, isFollowing: false }))
    return () => controller.abort()
  }, [reference, at, tries, isPaused])
  const reload = () => setTries((count) => count + 1)
  useReconnect(state.error !== undefined, reload)
  const { run, error } = state
  useEffect(() => {
    if (isPaused || at !== '' || run?.status !== 'running' || error === undefined || error instanceof RunNotFoundError)
      return
    const timer = setTimeout(reload, RETRY_MS)
    return () => clearTimeout(timer)
  }, [at, run, error, isPaused])
  return { ...state, reload }
}

/** A run: its facts, its steps, and a card for each key. */
export function RunPage({ reference }: { readonly reference: string }) {
  const { query } = address.value
  const [at, stepName, filter] = ['at', 'step', 'q'].map((name) => query.get(name) ?? '')
  const [isDeleting, setDeleting] = useState(false)
  // A read of a run that is being deleted would fail.
  const { run, error, isFollowing, reload } = useRun(reference, at ?? '', isDeleting)
  const box = useRef<HTMLInputElement>(null)
  const scroller = useRef<HTMLDivElement>(null)
  useEffect(() => {
    document.title = `${run?.name ?? reference} · runmeta`
  }, [run?.name, reference])
  useKeys({ '/': () => box.current?.focus() })
  if (error !== undefined && (run === undefined || error instanceof RunNotFoundError)) {
    return (
      <HiddenHeading title={reference}>
        <Failure error={error} retry={reload} />
      </HiddenHeading>
    )
  }
  if (run === undefined) {
    return (
      <HiddenHeading title={reference}>
        <Skeleton lines={10} />
      </HiddenHeading>
    )
  }

  const step =
    stepName === undefined || stepName === '' || !Object.hasOwn(run.steps, stepName) ? undefined : run.steps[stepName]
  return (
    <div class="page run-page" ref={scroller} tabIndex={-1}>
      <header class="run-head">
        <a class="back dim small" href={href([])}>
          <Icon name="back" /> Runs
        </a>
        <div class="title">
          <h1>
            <bdi>{run.name}</bdi>
          </h1>
          <Copy label="Copy the name" text={() => run.name} />
          <Status status={run.status} />
          {isFollowing && <span class="dim small">following</span>}
          <div class="spacer" />
          <a class="button" href={href([], { tick: run.id })}>
            <Icon name="compare" />
            <span>Compare with…</span>
          </a>
          {isAdmin.value && <Button label="Delete…" icon="trash" kind="danger" onClick={() => setDeleting(true)} />}
        </div>
        <Facts run={run} />
      </header>
      {at !== undefined && at !== '' && (
        <div class="as-of" role="note">
          <Icon name="clock" />
          <span>
            Metadata as it was <Moment at={at} logged={query.get('logged') ?? ''} />. Name, status and times are
            today’s.
          </span>
          <a class="button" href={href(['runs', reference], { step: stepName, q: filter })}>
            Back to now
          </a>
        </div>
      )}
      <div class="run-body">
        <Steps
          run={run}
          chosen={step === undefined ? '' : (stepName ?? '')}
          onChoose={(name) => setParameters({ step: name })}
        />
        <MetadataCards
          metadata={step?.runMetadata ?? run.runMetadata}
          label={step === undefined ? 'Metadata of the run' : `Metadata of the step ${stepName}`}
          filter={filter ?? ''}
          isFollowing={isFollowing}
          isPast={at !== undefined && at !== ''}
          box={box}
          scroller={scroller}
          linkOf={(key) => href(['runs', run.id, 'history'], { key, step: step === undefined ? undefined : stepName })}
        />
      </div>
      {isDeleting && (
        <DeleteDialog runs={[run]} onClose={() => setDeleting(false)} onDeleted={() => navigate(href([]))} />
      )}
    </div>
  )
}

/** A moment as the address names it: a time, or a log, which may say when it was logged. */
function Moment({ at, logged }: { readonly at: string; readonly logged: string }) {
  if (!Number.isNaN(Date.parse(at))) return <Time time={at} isExact />
  return (
    <>
      after the log <code>{at}</code>
      {!Number.isNaN(Date.parse(logged)) && (
        <>
          {' '}
          of <Time time={logged} isExact />
        </>
      )}
    </>
  )
}
