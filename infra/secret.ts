/** The root key: `npx sst secret set RootKey <key> --stage <stage>`, before the first deployment. */
export const rootKey = new sst.Secret('RootKey')
