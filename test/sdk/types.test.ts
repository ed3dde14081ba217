import type { CreateKey, CreateToken } from '@runmeta/schema/access'
import type { ProblemCode as ApiProblemCode } from '@runmeta/schema/problem'
import type {
  Candidate as ApiCandidate,
  CreatedKey as ApiCreatedKey,
  LogReceipt as ApiLogReceipt,
  Run as ApiRun,
  RunToken as ApiRunToken,
  Key as ApiShownKey,
} from '@runmeta/schema/reply'
import type { Role as ApiRole } from '@runmeta/schema/role'
import type { RunStatus as ApiRunStatus, CreateRun, UpdateRun } from '@runmeta/schema/run'
import type { SearchBody } from '@runmeta/schema/search'
import type { TypeName as ApiTypeName } from '@runmeta/schema/type-names'
import type {
  ApiKey,
  CallOptions,
  Candidate,
  Fetch,
  KeyOptions,
  ListedPipelineRun,
  ListedRun,
  ListOptions,
  LogReceipt,
  NewApiKey,
  NewRun,
  PipelineRun,
  ProblemCode,
  Role,
  Run,
  RunChanges,
  RunFields,
  RunStatus,
  RunToken,
  TargetedLog,
  TokenOptions,
  Typed,
  TypeName,
  Value,
} from '@runmeta/sdk'

import { Client, storageSize, uri } from '@runmeta/sdk'
import { expectTypeOf, test } from 'vitest'
import type * as z from 'zod/mini'

/** Whether each type is assignable to the other; `readonly` does not matter. */
type AreSame<One, Other> = [One, Other] extends [Other, One] ? true : false

test('the types of the SDK are those of the API', () => {
  expectTypeOf<ProblemCode>().toEqualTypeOf<ApiProblemCode>()
  expectTypeOf<RunStatus>().toEqualTypeOf<ApiRunStatus>()
  expectTypeOf<TypeName>().toEqualTypeOf<ApiTypeName>()
  expectTypeOf<AreSame<Candidate, ApiCandidate>>().toEqualTypeOf<true>()
  expectTypeOf<AreSame<RunFields, ApiRun>>().toEqualTypeOf<true>()
  expectTypeOf<AreSame<LogReceipt, ApiLogReceipt>>().toEqualTypeOf<true>()
  expectTypeOf<Role>().toEqualTypeOf<ApiRole>()
  expectTypeOf<AreSame<ApiKey, ApiShownKey>>().toEqualTypeOf<true>()
  expectTypeOf<AreSame<NewApiKey, ApiCreatedKey>>().toEqualTypeOf<true>()
  expectTypeOf<AreSame<RunToken, ApiRunToken>>().toEqualTypeOf<true>()
  expectTypeOf<keyof KeyOptions>().toEqualTypeOf<keyof CreateKey>()
  expectTypeOf<Exclude<keyof TokenOptions, keyof CallOptions>>().toEqualTypeOf<keyof CreateToken>()
  expectTypeOf<keyof NewRun>().toEqualTypeOf<keyof CreateRun>()
  expectTypeOf<keyof RunChanges>().toEqualTypeOf<keyof UpdateRun>()
})

test('a list takes the options of the API without the cursor, and a page size', () => {
  expectTypeOf<Exclude<keyof ListOptions, 'pageSize' | 'signal'>>().toEqualTypeOf<
    Exclude<keyof z.output<typeof SearchBody>, 'cursor'>
  >()
})

test('the runs of a list have metadata if it is included', () => {
  const client = new Client()
  expectTypeOf(client.listPipelineRuns().first).returns.resolves.toEqualTypeOf<ListedRun[]>()
  expectTypeOf(client.listPipelineRuns({ include: ['metadata'] }).first).returns.resolves.toEqualTypeOf<
    ListedPipelineRun[]
  >()
  const options: ListOptions = { include: ['metadata'], pageSize: 5 }
  expectTypeOf(client.listPipelineRuns(options).first).returns.resolves.items.toHaveProperty('selected')
  const include: 'metadata'[] = ['metadata']
  expectTypeOf(client.listPipelineRuns({ include }).first).returns.resolves.toEqualTypeOf<ListedPipelineRun[]>()
  expectTypeOf<ListedPipelineRun>().toExtend<PipelineRun>()
  // @ts-expect-error a misspelt option
  client.listPipelineRuns({ pipelines: 'iris' })
  // @ts-expect-error an unknown operator
  client.listPipelineRuns({ where: { pointer: '/a', op: '==', value: 1 } })
  // @ts-expect-error one end of a range
  client.listPipelineRuns({ where: { pointer: '/a', op: 'between', value: [1] } })
})

test('a run that was read has all members of a run', () => {
  expectTypeOf<PipelineRun>().toExtend<Run>()
  expectTypeOf<Run>().toExtend<RunFields>()
  expectTypeOf<PipelineRun['runMetadata']>().toEqualTypeOf<Readonly<Record<string, Value>>>()
})

test('the global fetch is valid as the client’s option', () => {
  expectTypeOf<typeof globalThis.fetch>().toExtend<Fetch>()
})

test('typed values have the types of their constructors', () => {
  const value: Value = uri('x:y')
  if (uri.is(value)) expectTypeOf(value.value).toEqualTypeOf<string>()
  expectTypeOf(storageSize).returns.toEqualTypeOf<Typed<'StorageSize'>>()
  expectTypeOf(uri).parameter(0).toEqualTypeOf<string>()
})

test('the selected values have the given pointers and types', () => {
  const client = new Client()
  const asked = client.listPipelineRuns({ select: ['/m/accuracy', '/dataset'] })
  expectTypeOf(asked.first)
    .returns.resolves.items.toHaveProperty('selected')
    .toEqualTypeOf<{ readonly '/m/accuracy'?: Value; readonly '/dataset'?: Value }>()
  const known = client.listPipelineRuns<{ '/m/accuracy': number }>({ select: ['/m/accuracy'] })
  expectTypeOf(known.first)
    .returns.resolves.items.toHaveProperty('selected')
    .toEqualTypeOf<Partial<{ '/m/accuracy': number }>>()
})

test('a run has the metadata type that the caller states', () => {
  interface Known {
    readonly accuracy: number
    readonly dataset: Typed<'Uri'>
  }
  const client = new Client()
  expectTypeOf(() => client.getPipelineRun('r')).returns.resolves.toEqualTypeOf<PipelineRun>()
  expectTypeOf(() => client.getPipelineRun<Known>('r')).returns.resolves.toEqualTypeOf<PipelineRun<Known>>()
  expectTypeOf<PipelineRun<Known>['runMetadata']>().toEqualTypeOf<Known>()
  const read = async (run: PipelineRun<Known>) => {
    expectTypeOf(run.get('/accuracy')).toEqualTypeOf<Value | undefined>()
    expectTypeOf(run.get<number>('/accuracy')).toEqualTypeOf<number | undefined>()
  }
  expectTypeOf(read).returns.resolves.toBeVoid()
})

test('metadata can be any object, including an interface and an instance of a class', () => {
  interface Metrics {
    accuracy: number
  }
  class Model {
    layers = 3
  }
  expectTypeOf<{ metadata: Metrics }>().toExtend<TargetedLog>()
  expectTypeOf<{ metadata: Model }>().toExtend<TargetedLog>()
  expectTypeOf<{ metadata: string }>().not.toExtend<TargetedLog>()
})
