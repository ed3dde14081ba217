import { folder } from './bundle'

/** What all functions have in common. */
export const common = {
  bundle: folder,
  runtime: 'nodejs24.x',
  architecture: 'arm64',
  memory: '512 MB',
  logging: { retention: '1 month' },
  // The stub that `sst dev` would put in its place may do anything in the asset bucket.
  dev: false,
  transform: {
    role: {
      // SST would let every principal of the account take the role as well.
      assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: 'lambda.amazonaws.com' }),
    },
  },
} satisfies Partial<sst.aws.FunctionArgs>
