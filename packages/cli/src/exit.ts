/** The exit codes. Scripts rely on the numbers. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  ambiguous: 4,
  unauthorized: 5,
  noAnswer: 6,
  /** 128 and the number of SIGINT, as shells count it. */
  interrupted: 130,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** An error of the command itself, with its exit code. The message says what to do. */
export class CommandError extends Error {
  readonly exitCode: ExitCode

  constructor(exitCode: ExitCode, message: string) {
    super(message)
    this.exitCode = exitCode
  }
}

/** The arguments do not fit together. */
export const wrongUsage = (message: string): CommandError => new CommandError(EXIT.usage, message)
