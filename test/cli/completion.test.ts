import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { useCommand } from './command.ts'

/** For each shell, a script that loads the completion and prints the words for `$LINE`. */
const SHELLS = {
  bash: `
    compopt() { :; }
    for again in 1 2; do . <(runmeta completion bash); done
    read -ra COMP_WORDS <<< "$LINE"
    case "$LINE" in *' ') COMP_WORDS+=('') ;; esac
    COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
    __runmeta_complete
    printf '%s\\n' "\${COMPREPLY[@]}"`,
  fish: `
    runmeta completion fish | source
    complete --do-complete "$LINE"`,
  zsh: `
    autoload -Uz compinit && compinit -u
    compadd() { for word in "$@"; do print -r -- "\${word%%:*}"; done }
    _describe() { print -rl -- "\${(@P)2%%:*}" }
    eval "$(runmeta completion zsh)"
    words=(\${(z)LINE}); case "$LINE" in *' ') words+=('') ;; esac
    CURRENT=\${#words}
    _runmeta`,
} as const

const isThere = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0

describe.each(Object.entries(SHELLS))('completion in %s', (shell, script) => {
  const { shell: bash, folder } = useCommand()
  const scriptOf = async (text: string) => {
    const file = join(folder(), 'complete')
    await writeFile(file, text)
    return file
  }

  // No npm package has zsh or fish. If a shell is absent, its checks are listed as not run.
  it.skipIf(!isThere(shell)).each([
    ['runmeta hi', 'history'],
    ['runmeta list --stat', '--status'],
    ['runmeta list --status ', 'completed'],
    ['runmeta export --format ', 'csv'],
    ['runmeta keys ', 'create'],
    ['runmeta completion ', 'fish'],
  ])('completes %s', async (line, word) => {
    const { stdout, stderr } = await bash(`exec ${shell} "$FILE"`, {
      env: { LINE: line, FILE: await scriptOf(script) },
    })
    const words = stdout.split('\n').map((one) => one.split('\t')[0]?.trim())
    expect({ words, stderr }).toEqual({ words: expect.arrayContaining([word]), stderr: '' })
  })
})
