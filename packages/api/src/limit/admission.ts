import type { FairSemaphore } from './fair-semaphore.ts'

/** What one server has for the requests of all projects. */
export interface Capacity {
  /** Bytes of bodies that are being read or worked on. */
  readonly bodies: FairSemaphore
  /** Work, in units of a small log. */
  readonly work: FairSemaphore
}

/** One request on its way in. */
export interface Admission {
  /** Waits until there is room for a body of at most so many bytes. */
  receive(bytes: number): Promise<void>
  /** Waits for the request's turn, once its body is there. */
  work(bytes: number): Promise<void>
}
