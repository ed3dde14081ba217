import type { FairSemaphore } from './fair-semaphore.ts'

/** The capacity of one server, shared by all projects. */
export interface Capacity {
  /** Bytes of request bodies in memory. */
  readonly bodies: FairSemaphore
  /** Work, in units of a small log. */
  readonly work: FairSemaphore
}

export interface Admission {
  /** Waits until there is room for a body of at most so many bytes. */
  receive(bytes: number): Promise<void>
  /** Waits for the request's turn, after its body was read. */
  work(bytes: number): Promise<void>
}
