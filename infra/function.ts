import { folder } from './bundle'

/** The settings that all functions share. */
export const common = {
  bundle: folder,
  runtime: 'nodejs24.x',
  architecture: 'arm64',
  memory: '512 MB',
  logging: { retention: '1 month' },
  // `sst dev` would replace it with a stub that has all rights in the asset bucket.
  dev: false,
  transform: {
    role: {
      // SST would let every principal of the account assume the role.
      assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: 'lambda.amazonaws.com' }),
    },
  },
} satisfies Partial<sst.aws.FunctionArgs>
