import { localTime, timeAgo } from '../app/time.ts'

interface TimeProps {
  readonly time: string
  /** Shows the date and time instead of the time since then. */
  readonly isExact?: boolean
}

export const Time = ({ time, isExact }: TimeProps) => (
  <time dateTime={time} title={isExact === true ? `${timeAgo(time)} · ${time}` : `${localTime(time)} · ${time}`}>
    {isExact === true ? localTime(time) : timeAgo(time)}
  </time>
)
