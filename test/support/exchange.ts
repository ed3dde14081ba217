/** One request that a client made, as it passed a proxy. */
export interface Exchange {
  /** The operation of the DynamoDB API; of plain HTTP the method and the path. */
  readonly operation: string
  readonly began: number
  ended: number
  /** The capacity units that the store says it took: WCU of a write, RCU of a read. */
  units: number
}

/** How many of the requests had to wait for another's reply first, plus one. */
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
