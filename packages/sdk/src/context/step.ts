import { ConfigurationError } from '../error/local.ts'
import { currentContext, within } from './context.ts'

/**
 * Turns a function into a step: logs while it runs go to the step of that name and, unless `logRelatedEntities`
 * is false, to the run. In nested steps, a log goes to the innermost one. What a generator logs goes to its step, even if it
 * is iterated outside.
 *
 * ```ts
 * const trainModel = step('train_model', async (rows: Row[]) => {
 *   const { accuracy } = train(rows)
 *   await logMetadata({ metadata: { accuracy } })
 * })
 * ```
 *
 * @returns a function with the parameters and the result of `fn`; it throws a ConfigurationError if the runtime has no
 * AsyncLocalStorage
 * @throws ConfigurationError if the name or the function is missing
 */
export function step<This, Parameters extends unknown[], Result>(
  name: string,
  fn: (this: This, ...parameters: Parameters) => Result,
): (this: This, ...parameters: Parameters) => Result {
  // A log to a step without a name would silently go to the run.
  if (typeof fn !== 'function' || !name) throw new ConfigurationError('step() takes a name and a function')
  return function inStep(...parameters) {
    const called = currentContext()
    // A generator that was made outside of any run belongs to the run in which it is iterated.
    const contextOf = () => ({ ...(called.run === undefined ? currentContext() : called), step: name })
    return within(contextOf, () => fn.apply(this, parameters))
  }
}
