import cliProgress from 'cli-progress'

/** A progress bar on standard error, if that is a terminal. */
export interface Progress {
  total(count: number): void
  add(count?: number): void
  end(): void
}

export function progressOf(what: string): Progress {
  if (process.stderr.isTTY !== true) return { total: () => undefined, add: () => undefined, end: () => undefined }
  const bar = new cliProgress.SingleBar({
    format: `${what} [{bar}] {value}/{total} | {duration_formatted}`,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
  })
  bar.start(0, 0)
  return { total: (count) => bar.setTotal(count), add: (count = 1) => bar.increment(count), end: () => bar.stop() }
}
