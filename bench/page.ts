import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { sectionOf, withPlace, withSection } from './section.ts'

/** The commands that write a section each at the end of docs/performance.md. `npm run bench` writes the rest, and keeps the sections. */
const SECTIONS = ['npm run bench:peers', 'npm run bench:size'] as const

/** @returns the page, or `''` if it does not exist */
export const read = (page: string): Promise<string> =>
  readFile(page, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    return ''
  })

/** Replaces the section of a command. */
export const withWritten = (text: string, command: (typeof SECTIONS)[number], written: string): string =>
  written === '' ? text : withSection(withPlace(text, command), command, written)

/** Adds the sections of the previous page to a text. */
export const withSectionsOf = (before: string, text: string): string =>
  SECTIONS.reduce((page, command) => withWritten(page, command, sectionOf(withPlace(before, command), command)), text)

const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim()

export const commit = (): string => git('rev-parse', '--short', 'HEAD')

/** When and on what the figures were measured. */
export function setting(): string {
  const changes = git('status', '--porcelain', '--', 'packages') === '' ? '' : ' with changes'
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB of memory`
  return `${new Date().toISOString().slice(0, 10)}, at commit ${commit()}${changes}, with Node ${process.version}\non ${machine}`
}
