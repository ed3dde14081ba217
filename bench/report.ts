import { appendFileSync } from 'node:fs'

/** Prints the figures of a bench as a table while they are measured. */

export type Cell = string | number

/** A table that a script passes to `npm run bench`. */
export interface Figures {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
}

/** The file for a script's tables, one line of JSON each. `npm run bench` sets it. */
export const REPORT = 'RUNMETA_BENCH_REPORT'

const line = (cells: readonly Cell[]): string => `| ${cells.join(' | ')} |`

export const markdown = ({ columns, rows }: Omit<Figures, 'title'>): string =>
  [line(columns), `|${'---|'.repeat(columns.length)}`, ...rows.map(line)].join('\n')

export interface Table {
  row(...cells: Cell[]): void
  end(): void
}

/** Begins a table. Each row is printed when it is added. */
export function table(title: string, columns: readonly string[]): Table {
  const rows: Cell[][] = []
  console.log(`\n${title}\n\n${markdown({ columns, rows })}`)
  return {
    row: (...cells) => {
      rows.push(cells)
      console.log(line(cells))
    },
    end: () => {
      const file = process.env[REPORT]
      if (file !== undefined) appendFileSync(file, `${JSON.stringify({ title, columns, rows } satisfies Figures)}\n`)
    },
  }
}
