import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'

const ROOT = new URL('../..', import.meta.url)

describe('docs/guarantees.md', () => {
  it('names existing tests', async () => {
    const page = await readFile(new URL('docs/guarantees.md', ROOT), 'utf8')
    const named = [...page.matchAll(/`([\w/.-]+\.ts)` ([^|·]+?) (?=[|·])/g)].filter(([, file]) => file !== undefined)
    expect(named.length).toBeGreaterThan(30)
    for (const [, file = '', title = ''] of named) {
      const text = await readFile(new URL(`test/${file}`, ROOT), 'utf8')
      expect(text.includes(title), `${file}: ${title}`).toBe(true)
    }
  })

  it('shows each promise by a test or a page', async () => {
    const page = await readFile(new URL('docs/guarantees.md', ROOT), 'utf8')
    const rows = page.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| promise'))
    expect(rows.filter((row) => !/^\| [^|]+ \| [^|]*`[\w/.: -]+`[^|]* \| [^|]+ \|$/.test(row))).toEqual([])
  })
})
