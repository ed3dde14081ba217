/** Returns whether its time is over. */
export type Deadline = () => boolean

/** Starts a deadline that is over after so many milliseconds. */
export type StartDeadline = (ms: number) => Deadline
