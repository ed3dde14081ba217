import { useEffect } from 'preact/hooks'
import { RunPage } from '../run/page.tsx'
import { RunsPage } from '../runs/page.tsx'
import { HiddenHeading, Notice } from '../ui/notice.tsx'
import { address, href } from './address.ts'
import { lazy } from './lazy.tsx'
import { key } from './session.ts'
import { Shell } from './shell.tsx'
import { SignIn } from './signin.tsx'

const HistoryPage = lazy(() => import('../history/page.tsx').then((code) => code.HistoryPage))
const ComparePage = lazy(() => import('../compare/page.tsx').then((code) => code.ComparePage))
const KeysPage = lazy(() => import('../keys/page.tsx').then((code) => code.KeysPage))

/** Milliseconds after which the other pages are fetched, so that they work if the server is lost. */
const FETCH_AFTER_MS = 2000

function fetchPages(): () => void {
  const timer = setTimeout(() => {
    for (const { load } of [HistoryPage, ComparePage, KeysPage]) void load().catch(() => undefined)
  }, FETCH_AFTER_MS)
  return () => clearTimeout(timer)
}

function Page() {
  useEffect(fetchPages, [])
  const {
    path: [page, run, part],
    query,
  } = address.value
  // Another moment, or another key, is another page: it never shows what was read for the one before.
  const keyOf = (...names: readonly string[]) => JSON.stringify([run, ...names.map((name) => query.get(name))])
  if (page === undefined) return <RunsPage />
  if (page === 'runs' && run !== undefined && part === undefined) return <RunPage key={keyOf('at')} reference={run} />
  if (page === 'runs' && run !== undefined && part === 'history')
    return <HistoryPage key={keyOf('key', 'step')} reference={run} />
  if (page === 'compare' && run === undefined) return <ComparePage />
  if (page === 'keys' && run === undefined) return <KeysPage />
  return (
    <HiddenHeading title="No page">
      <Notice title="There is no such page" icon="search">
        <p>
          <a class="button" href={href([])}>
            Show all runs
          </a>
        </p>
      </Notice>
    </HiddenHeading>
  )
}

export const App = () =>
  key.value === undefined ? (
    <SignIn />
  ) : (
    <Shell key={key.value}>
      <Page />
    </Shell>
  )
