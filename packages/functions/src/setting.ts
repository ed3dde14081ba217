/** A required environment variable. */
export function setting(name: string): string {
  const value = process.env[name]
  if (value === undefined || value === '') throw new Error(`${name} is not set; the infra sets it`)
  return value
}
