import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'

/**
 * Calls `meanwhile` while a warm process is frozen, then continues it.
 *
 * @returns the output of the process
 */
export async function frozen(child: ChildProcess, meanwhile: () => void): Promise<string | undefined> {
  if (child.stdout === null || child.stdin === null) throw new Error('a process without pipes')
  const said: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line)
    if (line !== 'warm') continue
    meanwhile()
    child.stdin.write('.')
  }
  return said[1]
}
