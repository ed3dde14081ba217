/** The root key: `npx sst secret set RootKey <key>` before the first deployment. */
export const rootKey = new sst.Secret('RootKey')
