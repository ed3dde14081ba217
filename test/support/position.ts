const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'
/** The digits of a position that are its time, in ms in base 32. */
const TIME_DIGITS = 10

const timeIn = (position: string): number =>
  [...position.slice(0, TIME_DIGITS)].reduce((time, digit) => time * DIGITS.length + DIGITS.indexOf(digit), 0)

/** A position that is later by this many milliseconds, like one of a server whose clock is fast. */
export function laterBy(position: string, ms: number): string {
  let time = ''
  for (let rest = timeIn(position) + ms; time.length < TIME_DIGITS; rest = Math.floor(rest / DIGITS.length)) {
    time = DIGITS.charAt(rest % DIGITS.length) + time
  }
  return time + position.slice(TIME_DIGITS)
}
