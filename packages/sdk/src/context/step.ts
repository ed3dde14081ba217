import { ConfigurationError } from '../error/local.ts'
import { currentContext, within } from './context.ts'

/**
 * Makes a function a step: what is logged while it runs goes to the step of that name and, unless `logRelatedEntities`
 * is false, to the run. Of nested steps the innermost counts. A generator is a step whenever it is iterated.
 *
 * ```ts
 * const trainModel = step('train_model', async (rows: Row[]) => {
 *   const { accuracy } = train(rows)
 *   await logMetadata({ metadata: { accuracy } })
 * })
 * ```
 *
 * @returns a function that takes and returns what `fn` does; it throws a ConfigurationError where the runtime has no
 * AsyncLocalStorage
 * @throws ConfigurationError where it is not given a name and a function
 */
export function step<This, Parameters extends unknown[], Result>(
  name: string,
  fn: (this: This, ...parameters: Parameters) => Result,
): (this: This, ...parameters: Parameters) => Result {
  // A log to a step without a name would go to the run, without a word.
  if (typeof fn !== 'function' || !name) throw new ConfigurationError('step() takes a name and a function')
  return function inStep(...parameters) {
    const called = currentContext()
    // A generator that was made outside of any run belongs to the run in which it is iterated.
    const contextOf = () => ({ ...(called.run === undefined ? currentContext() : called), step: name })
    return within(contextOf, () => fn.apply(this, parameters))
  }
}
