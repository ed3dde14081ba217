import { type ComponentType, createElement } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Failure, Skeleton } from '../ui/notice.tsx'
import { useReconnect } from './load.ts'

/** A component whose code is loaded when it is first shown, or by `load` before that. */
export function lazy<Props extends object>(fetchCode: () => Promise<ComponentType<Props>>) {
  let loaded: ComponentType<Props> | undefined
  const load = async (): Promise<void> => {
    loaded ??= await fetchCode()
  }
  function Lazy(props: Props) {
    const [failure, setFailure] = useState<unknown>()
    const [tries, setTries] = useState(0)
    const [, redraw] = useState(0)
    useEffect(() => {
      if (loaded !== undefined) return
      setFailure(undefined)
      load().then(() => redraw((times) => times + 1), setFailure)
    }, [tries])
    const retry = () => setTries((count) => count + 1)
    useReconnect(failure !== undefined, retry)
    if (loaded !== undefined) return createElement(loaded, props)
    return failure === undefined ? <Skeleton lines={6} /> : <Failure error={failure} retry={retry} />
  }
  return Object.assign(Lazy, { load })
}
