import { createReadStream } from 'node:fs'
import { open, readFile, rename } from 'node:fs/promises'
import { CommandError, EXIT } from './exit.ts'

/** The lines of a UTF-8 text. Unlike those of node:readline, they end at a line break, and not at U+2028, which JSON may contain. */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder()
  const withoutReturn = (line: string) => (line.endsWith('\r') ? line.slice(0, -1) : line)
  /** The parts of a line whose end has not come yet. */
  let parts: string[] = []
  for await (const chunk of chunks) {
    const [first = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n')
    parts.push(first)
    for (const next of others) {
      yield withoutReturn(parts.join(''))
      parts = [next]
    }
  }
  const last = parts.join('') + decoder.decode()
  if (last !== '') yield withoutReturn(last)
}

/** The lines of a file, or of standard input for `-`. @throws CommandError if it cannot be read */
export async function* linesOf(file: string): AsyncGenerator<string, void, undefined> {
  try {
    yield* splitLines(file === '-' ? process.stdin : createReadStream(file))
  } catch (error) {
    throw new CommandError(EXIT.failed, `${file} cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}

/** A file that is not complete yet. */
export interface Draft {
  /** The text that an interrupted process wrote. */
  readonly before: string
  /** Cuts the draft to its first bytes. */
  cut(bytes: number): Promise<void>
  append(text: string): Promise<void>
}

/** Writes a file as a draft beside it, which gets the file's name when `work` is done. If `work` fails, the draft stays. */
export async function withDraft<Result>(target: string, work: (draft: Draft) => Promise<Result>): Promise<Result> {
  const path = `${target}.part`
  const before = await readFile(path, 'utf8').catch(() => '')
  const file = await open(path, 'a', 0o600).catch((error: Error) => {
    throw new CommandError(EXIT.failed, `${target} cannot be written: ${error.message}`)
  })
  let result: Result
  try {
    result = await work({ before, cut: (bytes) => file.truncate(bytes), append: (text) => file.appendFile(text) })
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(path, target)
  return result
}
