import { ago, local } from '../app/time.ts'

export interface TimeProps {
  readonly time: string
  /** Shows the date and time instead of the time since then. */
  readonly isExact?: boolean
}

export const Time = ({ time, isExact }: TimeProps) => (
  <time dateTime={time} title={isExact === true ? `${ago(time)} · ${time}` : `${local(time)} · ${time}`}>
    {isExact === true ? local(time) : ago(time)}
  </time>
)
