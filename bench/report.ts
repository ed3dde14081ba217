import { appendFileSync } from 'node:fs'

/** Figures of a bench, printed as a table while they are measured. */

export type Cell = string | number

/** A table that a script passes to `npm run bench`. */
export interface Figures {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
}

/** The environment variable with the file to which a script writes its tables for `npm run bench`, one JSON text on each line. */
export const REPORT = 'RUNMETA_BENCH_REPORT'

const line = (cells: readonly Cell[]): string => `| ${cells.join(' | ')} |`

export const markdown = ({ columns, rows }: Omit<Figures, 'title'>): string =>
  [line(columns), `|${'---|'.repeat(columns.length)}`, ...rows.map(line)].join('\n')

export interface Table {
  row(...cells: Cell[]): void
  end(): void
}

/** Begins a table: each row is printed as it is added. */
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
