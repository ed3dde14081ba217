import { Copy } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'

const curlExample = (): string => {
  const url = new URL('v1/runs', `${location.origin}${location.pathname}`).href
  return `curl -sS ${url} -H "Authorization: Bearer $KEY" \\
  -H 'Content-Type: application/json' -d '{"name": "my-first-run"}'`
}

const SDK_EXAMPLE = `import { logMetadata, withNewRun } from '@runmeta/sdk'

await withNewRun({ pipeline: 'iris' }, async () => {
  await logMetadata({ metadata: { accuracy: 0.93 } })
})`

/** Shown while a project has no runs: how to log the first one. */
export const FirstRun = () => (
  <Notice title="No runs yet">
    <p>Log the first one, and it appears here.</p>
    {[curlExample(), SDK_EXAMPLE].map((text) => (
      <div class="snippet" key={text}>
        <pre tabIndex={0}>{text}</pre>
        <Copy label="Copy this code" text={() => text} />
      </div>
    ))}
    <p class="dim">
      <a href="docs">All calls</a>
    </p>
  </Notice>
)
