import CliTable from 'cli-table3'
import pc from 'picocolors'
import { textOf, visible } from './json.ts'

/** The width of a terminal in which a list of runs usually fits. */
const WIDE_COLUMNS = 120

/** The width of a cell. A longer text is cut on a terminal, but never in JSON. */
const MAX_CELL = 60

/** Where and how a command writes. */
export interface Output {
  /** Whether to print tables and colours instead of JSON lines. */
  readonly isTable: boolean
  /** Whether the terminal is too narrow for whole ids and times beside names. */
  readonly isNarrow: boolean
  readonly colors: ReturnType<typeof pc.createColors>
  /** Resolves when there is room for more. */
  line(text: string): Promise<void>
  /** Prints a note on standard error. */
  note(text: string): void
}

/** The output of this process. `--json` prints JSON lines on a terminal too. */
export function outputOf(isJson: boolean): Output {
  const { stdout, stderr } = process
  const isTable = stdout.isTTY === true && !isJson
  const isColored = isTable && !process.env.NO_COLOR && process.env.TERM !== 'dumb'
  return {
    isTable,
    isNarrow: isTable && stdout.columns < WIDE_COLUMNS,
    colors: pc.createColors(isColored),
    line: (text) =>
      stdout.write(`${text}\n`) ? Promise.resolve() : new Promise((resolve) => void stdout.once('drain', resolve)),
    note: (text) => void stderr.write(`runmeta: ${text}\n`),
  }
}

/** Shortens a text to fit into a cell. */
export function cell(text: string): string {
  const characters = [...visible(text)]
  return characters.length > MAX_CELL ? `${characters.slice(0, MAX_CELL - 1).join('')}…` : characters.join('')
}

const BORDERS = [
  'top',
  'top-mid',
  'top-left',
  'top-right',
  'bottom',
  'bottom-mid',
  'bottom-left',
  'bottom-right',
] as const
const LINES = ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'] as const

/** Rows under headings, without lines, as wide as they need to be. */
export function table({ colors }: Output, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const none = Object.fromEntries([...BORDERS, ...LINES].map((name) => [name, '']))
  const drawn = new CliTable({
    head: head.map((name) => colors.bold(cell(name))),
    chars: { ...none, middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
  })
  drawn.push(...rows.map((row) => [...row]))
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

/** One value of many in a table. */
export const valueCell = (value: Parameters<typeof textOf>[0]): string => cell(textOf(value))
