import { createReadStream } from 'node:fs'
import { open, readFile, rename } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { CommandError, EXIT } from './exit.ts'

/** The lines of a file, or of standard input for `-`. @throws CommandError if it cannot be read */
export async function* linesOf(file: string): AsyncGenerator<string, void, undefined> {
  const input = file === '-' ? process.stdin : createReadStream(file)
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) yield line
  } catch (error) {
    throw new CommandError(EXIT.failed, `${file} cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}

/** A text file that gets its name when it is complete. Until then it is a draft beside it. */
export interface Draft {
  /** The text that an earlier process wrote before it ended. */
  readonly before: string
  /** Cuts the draft to its first bytes. */
  cut(bytes: number): Promise<void>
  append(text: string): Promise<void>
  finish(): Promise<void>
  close(): Promise<void>
}

/** Opens the draft of a file, which an earlier process may have left. */
export async function openDraft(target: string): Promise<Draft> {
  const path = `${target}.part`
  const before = await readFile(path, 'utf8').catch(() => '')
  const file = await open(path, 'a', 0o600).catch((error: Error) => {
    throw new CommandError(EXIT.failed, `${target} cannot be written: ${error.message}`)
  })
  return {
    before,
    cut: (bytes) => file.truncate(bytes),
    append: async (text) => void (await file.appendFile(text)),
    finish: async () => {
      await file.sync()
      await file.close()
      await rename(path, target)
    },
    close: () => file.close(),
  }
}
