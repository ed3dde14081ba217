import { markdown } from './report.ts'
import { ASSUMPTIONS, RULES } from './scale/assumptions.ts'
import inputs from './scale/inputs.json' with { type: 'json' }
import type { Settings } from './scale/scenarios.ts'
import { creationTable, projectTable, quotaTable, runTable, shardTable, sizeTable, startTable } from './scale/tables.ts'
import { writeSection } from './section.ts'

/**
 * `npm run bench:scale [-- <page> <form> <seed>]`: replays loads on a model of DynamoDB's partitions, and writes the results
 * to docs/scale.md. `-- - short` writes no page, and takes a second.
 */

const [page = 'docs/scale.md', form = 'full', seed = '1'] = process.argv.slice(2)
const LENGTHS = { full: { seconds: 300, measured: 60, runs: 200 }, short: { seconds: 10, measured: 5, runs: 20 } }
const settings: Settings = { seed: Number(seed), ...(form === 'short' ? LENGTHS.short : LENGTHS.full) }

const assumptions = {
  columns: ['assumption', 'value', 'from'],
  rows: [
    ...Object.values(ASSUMPTIONS).map(({ what, value, source }) => [what, value.toLocaleString('en-US'), source]),
    ...RULES.map(([what, source]) => [what, '', source]),
    [
      'ms of one core, a warm log with `index: false`; with 3 scalars',
      `${inputs.cpuMs.log}; ${inputs.cpuMs.indexedLog}`,
      inputs.source,
    ],
  ],
}

const { figures: ofShards, shards } = await shardTable(settings)
const { figures: ofRuns, runs } = await runTable(settings)
const tables = [
  await projectTable(settings, shards, runs),
  ofShards,
  await creationTable(settings),
  ofRuns,
  await startTable(settings),
  await quotaTable(settings),
  await sizeTable(settings),
]
const parts = tables.map((figures) => `**${figures.title}**\n\n${markdown(figures)}`)
console.log(parts.join('\n\n'))
parts.push(`**What the model assumes**\n\n${markdown(assumptions)}`)
if (page !== '-') await writeSection(page, 'npm run bench:scale', parts.join('\n\n'))
