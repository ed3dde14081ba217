import { readFile, writeFile } from 'node:fs/promises'

/** Sections of pages that a command writes, between two comments that name it. */

const marks = (command: string) => [`<!-- ${command} -->`, `<!-- end of ${command} -->`] as const

/** The section of a command. @throws if the page does not have it */
function boundsOf(page: string, command: string): readonly [number, number] {
  const [begin, end] = marks(command)
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`the page needs the lines ${begin} and ${end}`)
  return [from + begin.length, to]
}

export const sectionOf = (page: string, command: string): string => page.slice(...boundsOf(page, command)).trim()

/** Replaces the section of a command. */
export function withSection(page: string, command: string, text: string): string {
  const [from, to] = boundsOf(page, command)
  return `${page.slice(0, from)}\n\n${text.trim()}\n\n${page.slice(to)}`
}

/** Adds an empty section to the end of a page that does not have it. */
export function withPlace(page: string, command: string): string {
  const [begin, end] = marks(command)
  return page.includes(begin) ? page : `${page.trim()}\n\n${begin}\n${end}\n`.trimStart()
}

/** Replaces the section of a command in a file. */
export async function writeSection(file: string, command: string, text: string): Promise<void> {
  await writeFile(file, withSection(await readFile(file, 'utf8'), command, text))
}
