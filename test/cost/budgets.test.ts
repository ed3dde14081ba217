import { describeBudgets } from './suite.ts'

// test/cost/budgets.long.test.ts counts among 100,000 runs, on DynamoDB Local.
describeBudgets('dynoxide', [1000])
