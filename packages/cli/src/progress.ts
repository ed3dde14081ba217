import cliProgress from 'cli-progress'

/** A progress bar. */
export interface Progress {
  total(count: number): void
  add(count?: number): void
}

/** Shows a progress bar on standard error, if that is a terminal, until `work` ends: a bar that goes on keeps the process alive. */
export async function withProgress<Result>(
  title: string,
  work: (progress: Progress) => Promise<Result>,
): Promise<Result> {
  if (process.stderr.isTTY !== true) return await work({ total: () => undefined, add: () => undefined })
  const bar = new cliProgress.SingleBar({
    format: `${title} [{bar}] {value}/{total} | {duration_formatted}`,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
  })
  bar.start(0, 0)
  try {
    return await work({ total: (count) => bar.setTotal(count), add: (count = 1) => bar.increment(count) })
  } finally {
    bar.stop()
  }
}
