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
import type { TypeName as ApiTypeName } from '@runmeta/schema/typed'
import type {
  ApiKey,
  CallOptions,
  Candidate,
  Fetch,
  KeyOptions,
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
  TokenOptions,
  Typed,
  TypeName,
  Value,
} from '@runmeta/sdk'
import { storageSize, uri } from '@runmeta/sdk'
import { expectTypeOf, test } from 'vitest'

/** Whether each can stand for the other; which of their members are readonly does not matter. */
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

test('a run that was read has all that a run has', () => {
  expectTypeOf<PipelineRun>().toExtend<Run>()
  expectTypeOf<Run>().toExtend<RunFields>()
  expectTypeOf<PipelineRun['runMetadata']>().toEqualTypeOf<Readonly<Record<string, Value>>>()
})

test('the global fetch is one that a client takes', () => {
  expectTypeOf<typeof globalThis.fetch>().toExtend<Fetch>()
})

test('typed values are told apart by their makers', () => {
  const value: Value = uri('x:y')
  if (uri.is(value)) expectTypeOf(value.value).toEqualTypeOf<string>()
  expectTypeOf(storageSize).returns.toEqualTypeOf<Typed<'StorageSize'>>()
  expectTypeOf(uri).parameter(0).toEqualTypeOf<string>()
})
