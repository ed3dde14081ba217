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

/** Puts a text in place of the part that a command writes, and leaves the rest of the page as it is. */
export async function writeSection(file: string, command: string, text: string): Promise<void> {
  const page = await readFile(file, 'utf8')
  const [from, to] = boundsOf(page, command)
  await writeFile(file, `${page.slice(0, from)}\n\n${text.trim()}\n\n${page.slice(to)}`)
}
