import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { sectionOf, withPlace, withSection } from './section.ts'

/** docs/performance.md has two authors: `npm run bench`, and this one of a section at its end. Each keeps the other's part. */
const PEERS = 'npm run bench:peers'

/** @returns the page, empty where there is none */
export const read = (page: string): Promise<string> =>
  readFile(page, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    return ''
  })

/** What `npm run bench:peers` wrote to the page; empty where it never did. */
export const peersOf = (text: string): string => sectionOf(withPlace(text, PEERS), PEERS)

/** The page with this in place of what `npm run bench:peers` wrote to it before. */
export const withPeers = (text: string, peers: string): string =>
  peers === '' ? text : withSection(withPlace(text, PEERS), PEERS, peers)

const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim()

export const commit = (): string => git('rev-parse', '--short', 'HEAD')

/** When and on what the figures were measured. */
export function setting(): string {
  const changes = git('status', '--porcelain', '--', 'packages') === '' ? '' : ' with changes'
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB of memory`
  return `${new Date().toISOString().slice(0, 10)}, at commit ${commit()}${changes}, with Node ${process.version}\non ${machine}`
}
