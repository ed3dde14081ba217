/** One request at a proxy. */
export interface Exchange {
  /** The operation of the DynamoDB API; for plain HTTP the method and the path. */
  readonly operation: string
  readonly began: number
  ended: number
  /** The capacity units that the store reported: WCU of a write, RCU of a read. */
  units: number
}

/** The number of requests that waited for another's reply, plus one. */
export function roundsOf(exchanges: readonly Exchange[]): number {
  let count = 0
  let firstReply = Number.NEGATIVE_INFINITY
  for (const { began, ended } of exchanges) {
    if (began >= firstReply) {
      count++
      firstReply = ended
    } else firstReply = Math.min(firstReply, ended)
  }
  return count
}

export const unitsOf = (exchanges: readonly Exchange[]): number => exchanges.reduce((sum, { units }) => sum + units, 0)
