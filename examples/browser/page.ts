import { Client, NumberLiteral, Typed } from '@runmeta/sdk'

/**
 * A page that shows a run and its changes until it ends. Its address ends in `#url=…&key=…&run=…`. Each visitor brings a
 * key with the role `read`: anyone can read a key that is part of a page. The server must list the page's origin in
 * `RUNMETA_CORS_ORIGINS`.
 */

const { url, key, run } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)))
const status = document.querySelector('#status')
const rows = document.querySelector('#metadata')

/** Returns a value as text. It is data, so never treat it as markup. */
const shown = (value: unknown): string => {
  if (Typed.is(value) || NumberLiteral.is(value) || typeof value === 'bigint') return String(value)
  return JSON.stringify(value)
}

async function follow(): Promise<void> {
  const client = new Client({ url, apiKey: key, numbers: 'literal' })
  for await (const now of client.watch(run ?? '', { interval: 1000 })) {
    if (status !== null) status.textContent = `${now.name}: ${now.status}`
    rows?.replaceChildren(
      ...Object.entries(now.runMetadata).map(([name, value]) => {
        const row = document.createElement('tr')
        for (const text of [name, shown(value)]) row.insertCell().textContent = text
        return row
      }),
    )
  }
}

follow().catch((error: Error) => {
  if (status !== null) status.textContent = error.message
})
