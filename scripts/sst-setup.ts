import { setUp } from './sst.ts'

console.log((await setUp()) ? 'SST is set up' : 'SST was set up before')
