/** The root key: `npx sst secret set RootKey <key> --stage <stage>`, before the first deployment. */
export const rootKey = new sst.Secret('RootKey')

/** What signs run tokens: set as the root key is. While it is rotated it is the new one, a comma and the old one. */
export const signingKey = new sst.Secret('SigningKey')
