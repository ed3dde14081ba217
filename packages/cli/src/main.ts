#!/usr/bin/env node
import { CommanderError } from 'commander'
import { EXIT } from './exit.ts'
import { failureOf } from './failure.ts'
import { program } from './program.ts'

// Who reads a part of the output and leaves is no error: `runmeta list | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? EXIT.done : EXIT.failed),
)

const isJson = process.argv.includes('--json')

function fail(error: unknown): void {
  const { exitCode, message, problem } = failureOf(error)
  process.stderr.write(isJson ? `${JSON.stringify(problem)}\n` : `runmeta: ${message}\n`)
  process.exitCode = exitCode
}

const runmeta = program((text) => void process.stderr.write(isJson ? '' : text.replace(/^error: /, 'runmeta: ')))

try {
  await runmeta.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) fail(error)
  else if (error.exitCode !== 0) {
    const detail = error.message.replace(/^error: /, '')
    if (isJson) process.stderr.write(`${JSON.stringify({ code: 'usage', detail })}\n`)
    process.exitCode = EXIT.usage
  }
}
