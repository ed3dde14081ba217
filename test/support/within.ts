/**
 * Waits for a call that must settle within `ms`. It is a timer and not a measurement, because on a busy machine it fires as
 * late as the timers of the product.
 */
export async function within<T>(ms: number, call: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not settled within ${ms} ms`)), ms)
  })
  return Promise.race([call, tooLate]).finally(() => clearTimeout(timer))
}
