/** Decodes a JSON string token. `JSON.parse` is exact for strings. */
export const unquote = (token: string): string => String(JSON.parse(token))
