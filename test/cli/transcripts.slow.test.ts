import { readdirSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { TERMINAL } from '../support/terminal.ts'
import { type Ended, useCommand } from './command.ts'

/**
 * The exact output of the command, in `transcripts/`. A line `$ …` is run by a shell with its output in a pipe, `% …` on
 * a terminal of 100 columns. A line `! …` is standard error, `? n` an exit code other than 0. `UPDATE=1` writes the files.
 */

const FOLDER = new URL('transcripts/', import.meta.url)

/** Texts that differ in each run. */
const CHANGING: readonly (readonly [text: RegExp, shown: string])[] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<id>'],
  [/\b\d{4}-\d\d-\d\d \d\d:\d\d {2}[0-9a-f]{8}\b/g, '<minute>          <prefix>'],
  [/\b(?!2099)\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?/g, '<time>'],
  [/rm[kt]_(?!wrong)[\w.-]+/g, '<secret>'],
  [/"(id|log)":"[0-9a-z]{12,32}"/g, '"$1":"<id>"'],
  [/(--cursor )\S+/g, '$1<cursor>'],
  [/\(process \d+\)/g, '(process <pid>)'],
  [/^[0-9a-f]{16}(?= )/gm, '<key id>'],
  [/"position":"\w{21}"/g, '"position":"<position>"'],
]

const shown = ({ code, stdout, stderr }: Ended, folder: string, url: string): string[] => {
  const text = [
    stdout,
    ...stderr.split('\n').map((line) => (line === '' ? '' : `! ${line}`)),
    code === 0 ? '' : `? ${code}`,
  ]
    .join('\n')
    .replaceAll(folder, '<folder>')
    .replaceAll(url, '<url>')
  const fixed = CHANGING.reduce((all, [changing, name]) => all.replaceAll(changing, name), text)
  return fixed.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trimEnd()]))
}

describe.each(readdirSync(FOLDER))('the transcript %s', (name) => {
  const { shell, folder, url } = useCommand()
  const onTerminal = async (line: string) => {
    const quoted = `'${line.replaceAll("'", "'\\''")}'`
    return shell(`python3 -c '${TERMINAL.replaceAll("'", "'\\''")}' bash -c ${quoted}`, {
      env: { TERM: 'xterm', NO_COLOR: '1' },
    })
  }

  it('matches what the command prints', { timeout: 240_000 }, async () => {
    const file = new URL(name, FOLDER)
    const text = await readFile(file, 'utf8')
    const [title = '', ...lines] = text.split('\n')
    const made = [title]
    for (const line of lines) {
      const [mark, command] = [line.slice(0, 2), line.slice(2)]
      if (mark !== '$ ' && mark !== '% ') continue
      const ended = mark === '$ ' ? await shell(command) : await onTerminal(command)
      made.push(line, ...shown(ended, folder(), url()))
    }
    if (process.env.UPDATE === '1') await writeFile(file, `${made.join('\n')}\n`)
    expect(made).toEqual(text.trimEnd().split('\n'))
  })
})

describe('the transcripts', () => {
  const { run } = useCommand()

  it('show every command', async () => {
    const texts = await Promise.all(readdirSync(FOLDER).map((name) => readFile(new URL(name, FOLDER), 'utf8')))
    const { stdout } = await run(['--help'])
    const commands = stdout.slice(stdout.indexOf('Commands:'), stdout.indexOf('Start here:'))
    const names = [...commands.matchAll(/^ {2}([a-z]+)/gm)].map(([, name = '']) => name)
    // `open` starts a browser; open.test.ts tests it.
    const missing = names.filter(
      (name) => !['help', 'open'].includes(name) && !texts.join().includes(`runmeta ${name}`),
    )
    expect(names.length).toBeGreaterThan(15)
    expect(missing).toEqual([])
  })
})
