/** The root key: `npx sst secret set RootKey <key> --stage <stage>`, before the first deployment. */
export const rootKey = new sst.Secret('RootKey')

/** The key that signs run tokens, set like the root key. During a rotation it is the new key, a comma and the old key. */
export const signingKey = new sst.Secret('SigningKey')
