/** A number and its noun: `1 key`, `2,000 keys`, `50+ runs`. */
export const counted = (count: number, noun: string, isComplete = true): string =>
  `${count.toLocaleString('en')}${isComplete ? '' : '+'} ${count === 1 ? noun : `${noun}s`}`
