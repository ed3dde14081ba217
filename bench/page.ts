import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'

/** docs/performance.md has two authors: `npm run bench`, and `npm run bench:peers` between these markers. Each keeps the other's part. */
const BEGIN = '<!-- npm run bench:peers -->'
const END = '<!-- the end of npm run bench:peers -->'

/** @returns the page, empty where there is none */
export const read = (page: string): Promise<string> =>
  readFile(page, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    return ''
  })

function split(text: string): { readonly rest: string; readonly peers: string } {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (begin === -1 || end < begin) return { rest: text, peers: '' }
  return { rest: text.slice(0, begin) + text.slice(end + END.length), peers: text.slice(begin + BEGIN.length, end) }
}

/** What `npm run bench:peers` wrote to the page. */
export const peersOf = (text: string): string => split(text).peers.trim()

/** The page with this in place of what `npm run bench:peers` wrote to it before. */
export function withPeers(text: string, peers: string): string {
  const rest = split(text).rest.trim()
  const parts = peers === '' ? [rest] : [rest, BEGIN, peers, END]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim()

export const commit = (): string => git('rev-parse', '--short', 'HEAD')

/** When and on what the figures were measured. */
export function setting(): string {
  const changes = git('status', '--porcelain', '--', 'packages') === '' ? '' : ' with changes'
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB of memory`
  return `${new Date().toISOString().slice(0, 10)}, at commit ${commit()}${changes}, with Node ${process.version}\non ${machine}`
}
