import { readFile, writeFile } from 'node:fs/promises'

/** Generated sections of pages, each between two comments that name its command. */

const marks = (command: string) => [`<!-- ${command} -->`, `<!-- end of ${command} -->`] as const

/** The bounds of a command's section. @throws if the page has no such section */
function boundsOf(page: string, command: string): readonly [number, number] {
  const [begin, end] = marks(command)
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`the page needs the lines ${begin} and ${end}`)
  return [from + begin.length, to]
}

export const sectionOf = (page: string, command: string): string => page.slice(...boundsOf(page, command)).trim()

/** Returns the page with a new text in the command's section. */
export function withSection(page: string, command: string, text: string): string {
  const [from, to] = boundsOf(page, command)
  return `${page.slice(0, from)}\n\n${text.trim()}\n\n${page.slice(to)}`
}

/** Returns the page with a section for the command, added at the end if it has none. */
export function withPlace(page: string, command: string): string {
  const [begin, end] = marks(command)
  return page.includes(begin) ? page : `${page.trim()}\n\n${begin}\n${end}\n`.trimStart()
}

/** Replaces the text of a command's section in a file. */
export async function writeSection(file: string, command: string, text: string): Promise<void> {
  await writeFile(file, withSection(await readFile(file, 'utf8'), command, text))
}
