import { signal } from '@preact/signals'
import type { ListedRun } from '@runmeta/sdk'

const SECOND_MS = 1000
const UNITS = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

/** The current time, updated often enough for a display in minutes. */
export const now = signal(Date.now())
setInterval(() => {
  now.value = Date.now()
}, 15 * SECOND_MS)

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' })

/** `5 min. ago`, `yesterday`; `just now` for a few seconds. */
export function timeAgo(time: string, at: number = now.value): string {
  const seconds = (Date.parse(time) - at) / SECOND_MS
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), unit)
  }
  return seconds > 20 ? 'in seconds' : 'just now'
}

/** The local time, to the second. */
export const localTime = (time: string): string =>
  new Date(time).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })

type Timed = Pick<ListedRun, 'status' | 'createdAt' | 'startedAt' | 'endedAt'>

/** How long a run took, or has been running; undefined if nobody said when it ended. */
export function durationOf({ status, createdAt, startedAt, endedAt }: Timed): string | undefined {
  if (endedAt === undefined && status !== 'running') return undefined
  const end = endedAt === undefined ? now.value : Date.parse(endedAt)
  return durationText(Math.max(0, end - Date.parse(startedAt ?? createdAt)))
}

/** `2 h 5 min`, `12 s`, `340 ms`. */
function durationText(ms: number): string {
  if (ms < SECOND_MS) return `${ms} ms`
  const seconds = Math.floor(ms / SECOND_MS)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`
}
