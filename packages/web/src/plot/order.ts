/** A millisecond in seconds: the unit in which logs are timed. */
const MILLISECOND = 0.001
/** The smallest difference in seconds that a double of today's date surely holds. */
const LEAST = 1e-6

interface Points {
  readonly x: readonly number[]
  readonly y: readonly number[]
}

/**
 * Points in the order of x, without two at the same x: a plot draws only one of them. Points of the same millisecond keep their order and
 * are spread over that millisecond.
 */
export function inOrder({ x, y }: Points): [number[], number[]] {
  const order = x.map((_, index) => index)
  if (x.some((value, index) => value < (x[index - 1] ?? value))) order.sort((a, b) => (x[a] ?? 0) - (x[b] ?? 0))
  const times = order.map((index) => x[index] ?? 0)
  return [spread(times), order.map((index) => y[index] ?? 0)]
}

/** The seconds that were logged, of a point that may be spread over its millisecond. */
export const wholeMilliseconds = (seconds: number): number => Math.floor((seconds + LEAST / 2) / MILLISECOND) / 1000

function spread(times: readonly number[]): number[] {
  const different: number[] = []
  let last = Number.NEGATIVE_INFINITY
  let first = 0
  while (first < times.length) {
    const time = times[first] ?? 0
    let next = first + 1
    while (times[next] === time) next++
    const step = Math.max(LEAST, MILLISECOND / (next - first))
    for (let index = first; index < next; index++) {
      last = Math.max(time + (index - first) * step, last + LEAST)
      different.push(last)
    }
    first = next
  }
  return different
}
