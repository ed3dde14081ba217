import tab from '@bomb.sh/tab/commander'
import type { Command } from 'commander'
import { withExamples } from './examples.ts'

/** Replaces a function of the bash-completion package, which is not always installed. */
const WITHOUT_PACKAGE = `type _get_comp_words_by_ref > /dev/null 2>&1 || _get_comp_words_by_ref() {
    words=("\${COMP_WORDS[@]}") cword=$COMP_CWORD cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]}
}
`

/** Fixes the library's bash script: it cannot be loaded twice, because its names are read-only, and it needs the bash-completion package. */
const forAnyBash = (script: string): string => WITHOUT_PACKAGE + script.replaceAll(/^readonly /gm, '')

/** Adds the command `completion`, and the hidden command that its scripts call. */
export function addCompletion(runmeta: Command): void {
  tab(runmeta, { completionCommandName: 'completion' })
  const completion = runmeta.commands.find((command) => command.name() === 'completion')
  if (completion === undefined) throw new Error('the library added no completion command')
  completion.description('Print a shell script that completes commands, options and values')
  completion.hook('preAction', ({ args: [shell] }) => {
    const { log } = console
    if (shell === 'bash') console.log = (script: string) => log(forAnyBash(script))
  })
  withExamples(completion, 'runmeta completion bash > runmeta.bash && . ./runmeta.bash')
}
