import { RunsPage } from '../runs/page.tsx'
import { Notice } from '../ui/notice.tsx'
import { address, href } from './address.ts'
import { lazy } from './lazy.tsx'
import { key } from './session.ts'
import { Shell } from './shell.tsx'
import { SignIn } from './signin.tsx'

const RunPage = lazy(() => import('../run/page.tsx').then(({ RunPage: page }) => page))
const HistoryPage = lazy(() => import('../history/page.tsx').then(({ HistoryPage: page }) => page))
const ComparePage = lazy(() => import('../compare/page.tsx').then(({ ComparePage: page }) => page))
const KeysPage = lazy(() => import('../keys/page.tsx').then(({ KeysPage: page }) => page))

function Page() {
  const [page, run, part] = address.value.path
  if (page === undefined) return <RunsPage />
  if (page === 'runs' && run !== undefined && part === undefined) return <RunPage key={run} reference={run} />
  if (page === 'runs' && run !== undefined && part === 'history') return <HistoryPage key={run} reference={run} />
  if (page === 'compare' && run === undefined) return <ComparePage />
  if (page === 'keys' && run === undefined) return <KeysPage />
  return (
    <Notice title="There is no such page" icon="search">
      <p>
        <a class="button plain" href={href([])}>
          Show all runs
        </a>
      </p>
    </Notice>
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
