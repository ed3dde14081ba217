import { readFile, writeFile } from 'node:fs/promises'

/** Parts of pages that a program writes, between two comments that name the command. */

const marks = (command: string) => [`<!-- ${command} -->`, `<!-- end of ${command} -->`] as const

/** The part of a page that a command writes. @throws where the page has no place for it */
function boundsOf(page: string, command: string): readonly [number, number] {
  const [begin, end] = marks(command)
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`the page needs the lines ${begin} and ${end}`)
  return [from + begin.length, to]
}

export const sectionOf = (page: string, command: string): string => page.slice(...boundsOf(page, command)).trim()

/** The page with a text in place of the part that a command writes. */
export function withSection(page: string, command: string, text: string): string {
  const [from, to] = boundsOf(page, command)
  return `${page.slice(0, from)}\n\n${text.trim()}\n\n${page.slice(to)}`
}

/** Adds a place for the part that a command writes to the end of a page that has none. */
export function withPlace(page: string, command: string): string {
  const [begin, end] = marks(command)
  return page.includes(begin) ? page : `${page.trim()}\n\n${begin}\n${end}\n`.trimStart()
}

/** Puts a text in place of the part that a command writes, and leaves the rest of the page as it is. */
export async function writeSection(file: string, command: string, text: string): Promise<void> {
  await writeFile(file, withSection(await readFile(file, 'utf8'), command, text))
}
