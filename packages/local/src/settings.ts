import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { dashboardSetting } from '@runmeta/api/dashboard/folder'
import { apiSettings } from '@runmeta/api/settings'
import { shardsFrom } from '@runmeta/core/shards'
import { externalStore } from './external.ts'
import { LOG_LEVELS, type LogLevel } from './log.ts'
import type { ServeOptions } from './serve.ts'

/** A build puts it beside this code. */
const DASHBOARD = new URL(import.meta.url.endsWith('.ts') ? '../dist/web/' : './web/', import.meta.url)

const PORTS = /^\d{1,5}$/
const TABLES = /^[\w.-]{3,255}$/

function logLevel(text: string | undefined): LogLevel | undefined {
  if (!text) return undefined
  const level = LOG_LEVELS.find((known) => known === text)
  if (level === undefined) throw new Error(`RUNMETA_LOG: expected one of ${LOG_LEVELS.join(', ')}`)
  return level
}

export interface Settings extends ServeOptions {
  /** Which requests are logged. */
  readonly logLevel?: LogLevel
}

/** The data directory. Expands `~`, which a shell leaves unchanged in quotes and in env files. */
export function dataDirectory({ RUNMETA_DATA = '' }: Readonly<Record<string, string | undefined>>): string {
  const isInHome = RUNMETA_DATA === '~' || RUNMETA_DATA.startsWith('~/')
  return isInHome ? join(homedir(), RUNMETA_DATA.slice(1)) : resolve(RUNMETA_DATA || '.runmeta')
}

/** The settings from the environment variables. @throws Error that names the variable to correct. */
export function settings(env: Readonly<Record<string, string | undefined>>): Settings {
  const port = env.PORT || '8787'
  if (!PORTS.test(port) || Number(port) > 65_535) throw new Error('PORT: expected a number from 0 to 65535')
  const tableName = env.RUNMETA_TABLE || 'runmeta'
  if (!TABLES.test(tableName)) throw new Error('RUNMETA_TABLE: expected 3 to 255 letters, digits, _ - or .')
  const store = externalStore(env)
  const [rootKey, signingKey] = [env.RUNMETA_ROOT_KEY, env.RUNMETA_SIGNING_KEY]
  const level = logLevel(env.RUNMETA_LOG)
  const dashboard = dashboardSetting(env, DASHBOARD)
  return {
    directory: dataDirectory(env),
    host: env.HOST || '127.0.0.1',
    port: Number(port),
    tableName,
    shardsOf: shardsFrom(env.RUNMETA_SHARDS),
    // One machine has no rate limit by default.
    ...apiSettings(env, { rate: 0 }),
    ...(store ? { store } : {}),
    ...(dashboard ? { dashboard } : {}),
    ...(level ? { logLevel: level } : {}),
    ...(rootKey ? { rootKey } : {}),
    ...(signingKey ? { signingKey } : {}),
  }
}
