/** The characters that a JSON string token stands for. One token, never a value: `JSON.parse` loses nothing of it. */
export const unquote = (token: string): string => String(JSON.parse(token))
