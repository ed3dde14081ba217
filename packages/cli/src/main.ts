#!/usr/bin/env node
import { CommanderError } from 'commander'
import { EXIT } from './exit.ts'
import { failureOf } from './failure.ts'
import { program } from './program.ts'

// A reader that exits early is not an error: `runmeta list | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? EXIT.done : EXIT.failed),
)

const isJson = process.argv.includes('--json')

function fail(error: unknown): void {
  const { exitCode, message, problem } = failureOf(error)
  process.stderr.write(isJson ? `${JSON.stringify(problem)}\n` : `runmeta: ${message}\n`)
  process.exitCode = exitCode
}

/** The error about invalid arguments with what to do, in one line. The library prints several lines. */
function usageLine(text: string): string {
  const [problem = '', ...hints] = text
    .replace(/^error: /, '')
    .trim()
    .split('\n')
  const hint = hints.join(' ').replace(/^\(Did you mean (.*)\)$/, 'did you mean $1')
  const [, , name] = process.argv
  const known = runmeta.commands.some((command) => command.name() === name)
  return `${problem.replace(/\.$/, '')}; ${hint || `see \`runmeta ${known ? `${name} ` : ''}--help\``}`
}

const runmeta = program((text) => void process.stderr.write(isJson ? '' : `runmeta: ${usageLine(text)}\n`))

try {
  await runmeta.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) fail(error)
  else if (error.exitCode !== 0) {
    const detail = usageLine(error.message)
    if (isJson) process.stderr.write(`${JSON.stringify({ code: 'usage', detail })}\n`)
    process.exitCode = EXIT.usage
  }
}
