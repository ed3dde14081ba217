import { type ComponentType, createElement } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Failure, Skeleton } from '../ui/notice.tsx'

/** A component whose code is loaded when it is first shown. */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined
  return function Lazy(props: Props) {
    const [failure, setFailure] = useState<unknown>()
    const [, redraw] = useState(0)
    useEffect(() => {
      if (loaded !== undefined) return
      load().then((component) => {
        loaded = component
        redraw((times) => times + 1)
      }, setFailure)
    }, [])
    if (loaded !== undefined) return createElement(loaded, props)
    return failure === undefined ? <Skeleton lines={6} /> : <Failure error={failure} retry={() => location.reload()} />
  }
}
