import { describeBudgets } from './suite.ts'

describeBudgets('dynamodb-local', [1000, 100_000])
