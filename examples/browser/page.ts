import { Client, NumberLiteral, Typed } from '@runmeta/sdk'

/**
 * A page that reads a run and follows it until it ends. The key is one of the role `read`, pasted by whoever looks: a
 * key in a page is everybody's. The server has to allow the page's origin, by `RUNMETA_CORS_ORIGINS`.
 */

const { url, key, run } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)))
const status = document.querySelector('#status')
const rows = document.querySelector('#metadata')

/** A value as text: what was logged is data, and never markup. */
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
