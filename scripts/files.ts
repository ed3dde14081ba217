import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export type NamedContent = readonly [name: string, content: Uint8Array]

/** The beginning of the names of drafts. */
const DRAFT = '.draft-'

/**
 * Writes files into a folder one by one, each complete, so that a reader never meets half a file. Then removes all other files,
 * but not the names to keep.
 */
export async function writeFiles(
  folder: string,
  files: readonly NamedContent[],
  keep: readonly string[] = [],
): Promise<void> {
  await mkdir(folder, { recursive: true })
  // Beside the folder, as another build may empty the folder meanwhile.
  const draft = await mkdtemp(join(dirname(folder), DRAFT))
  try {
    for (const [name, content] of files) {
      await writeFile(join(draft, name), content)
      await rename(join(draft, name), join(folder, name))
    }
  } finally {
    await rm(draft, { recursive: true })
  }
  const kept = new Set([...keep, ...files.map(([name]) => name)])
  const others = (await readdir(folder)).filter((name) => !kept.has(name) && !name.startsWith(DRAFT))
  for (const name of others) await rm(join(folder, name), { recursive: true, force: true })
}
