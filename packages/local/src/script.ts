/** Runs a script of this package, and prints what it did, or why it failed. */
export async function runScript(script: () => Promise<string>): Promise<void> {
  try {
    process.stdout.write(`${await script()}\n`)
  } catch (error) {
    process.stderr.write(`runmeta: ${error instanceof Error ? error.message : error}\n`)
    process.exitCode = 1
  }
}
