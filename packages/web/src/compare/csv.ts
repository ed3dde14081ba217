import { isNumeric, type Value } from '@runmeta/sdk'
import { jsonOf, untyped } from '../value/value.ts'
import type { Compared } from './compared.ts'

/** Text that a spreadsheet would run as a formula. */
const FORMULA = /^[=+\-@\t\r]/

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** Text as a cell. A formula gets a leading apostrophe, as spreadsheets themselves mark text. */
const textCell = (text: string): string => quoted(FORMULA.test(text) ? `'${text}` : text)

function cell(value: Value | undefined): string {
  if (value === undefined) return ''
  const bare = untyped(value)
  if (isNumeric(bare)) return String(bare)
  return typeof bare === 'string' ? textCell(bare) : quoted(jsonOf(bare))
}

/** A table as CSV (RFC 4180): a row for each pointer, a column for each run, all digits of numbers. */
export function csvOf({ runs, rows }: Compared): string {
  const lines = [
    ['pointer', ...runs.map(({ name }) => textCell(name))],
    ...rows.map(({ pointer, values }) => [textCell(pointer), ...values.map(cell)]),
  ]
  return lines.map((line) => `${line.join(',')}\r\n`).join('')
}

/** Downloads a file. */
export function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // Some browsers read the URL only after the click.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
