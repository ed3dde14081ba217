import type { Command } from 'commander'

/** Adds examples to the help of a command. A test runs each of them. */
export const withExamples = (command: Command, ...lines: string[]): Command =>
  command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`)
