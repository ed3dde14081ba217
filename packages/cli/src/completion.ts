import tab from '@bomb.sh/tab/commander'
import type { Command } from 'commander'
import { withExamples } from './examples.ts'

/** Stands in for a function of the bash-completion package, which not every bash has. */
const WITHOUT_PACKAGE = `type _get_comp_words_by_ref > /dev/null 2>&1 || _get_comp_words_by_ref() {
    words=("\${COMP_WORDS[@]}") cword=$COMP_CWORD cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]}
}
`

/** The library's script for bash cannot be loaded twice, as its names are read-only, and needs the bash-completion package. */
const forAnyBash = (script: string): string => WITHOUT_PACKAGE + script.replaceAll(/^readonly /gm, '')

/** Adds `completion`, and what the scripts that it prints call. */
export function addCompletion(runmeta: Command): void {
  tab(runmeta, { completionCommandName: 'completion' })
  const completion = runmeta.commands.find((command) => command.name() === 'completion')
  if (completion === undefined) throw new Error('the library added no completion command')
  completion.description('Print what a shell needs to complete commands, options and values')
  completion.hook('preAction', ({ args: [shell] }) => {
    const { log } = console
    if (shell === 'bash') console.log = (script: string) => log(forAnyBash(script))
  })
  withExamples(completion, 'runmeta completion bash > runmeta.bash && . ./runmeta.bash')
}
