import { resolve } from 'node:path'
import { dashboardSetting } from '@runmeta/api/dashboard/folder'
import { apiSettings } from '@runmeta/api/settings'
import { shardsFrom } from '@runmeta/core/shards'
import { foreign } from './foreign.ts'
import { ENGINE_NAMES, type EngineName } from './kind.ts'
import { LOG_LEVELS, type LogLevel } from './log.ts'
import type { ServeOptions } from './serve.ts'

/** Where `npm run web:build` puts the dashboard. */
const DASHBOARD = new URL('../../../dist/web/', import.meta.url)

const PORTS = /^\d{1,5}$/
const TABLES = /^[\w.-]{3,255}$/

function engineName(text: string | undefined): EngineName | undefined {
  if (!text) return undefined
  const name = ENGINE_NAMES.find((known) => known === text)
  if (name === undefined) throw new Error(`RUNMETA_ENGINE must be ${ENGINE_NAMES.join(' or ')}`)
  return name
}

function logLevel(text: string | undefined): LogLevel | undefined {
  if (!text) return undefined
  const level = LOG_LEVELS.find((known) => known === text)
  if (level === undefined) throw new Error(`RUNMETA_LOG must be one of ${LOG_LEVELS.join(', ')}`)
  return level
}

export interface Settings extends ServeOptions {
  /** Which requests are logged. */
  readonly logLevel?: LogLevel
}

/** What the environment says, with defaults where it says nothing. @throws Error that names the variable to correct. */
export function settings(env: Readonly<Record<string, string | undefined>>): Settings {
  const port = env.PORT || '8787'
  if (!PORTS.test(port) || Number(port) > 65_535) throw new Error('PORT must be a number from 0 to 65535')
  const tableName = env.RUNMETA_TABLE || 'runmeta'
  if (!TABLES.test(tableName)) throw new Error('RUNMETA_TABLE must be 3 to 255 of: letters, digits, _ - .')
  const store = foreign(env)
  const engine = engineName(env.RUNMETA_ENGINE)
  if (store !== undefined && engine !== undefined)
    throw new Error('RUNMETA_ENGINE and RUNMETA_DYNAMODB_ENDPOINT are two stores; set one of them')
  const [apiKey, signingKey] = [env.RUNMETA_API_KEY, env.RUNMETA_SIGNING_KEY]
  const level = logLevel(env.RUNMETA_LOG)
  const dashboard = dashboardSetting(env, DASHBOARD)
  return {
    directory: resolve(env.RUNMETA_DATA || '.runmeta'),
    host: env.HOST || '127.0.0.1',
    port: Number(port),
    tableName,
    shardsOf: shardsFrom(env.RUNMETA_SHARDS),
    // Whoever works on this machine may work as fast as it can.
    ...apiSettings(env, { rate: 0 }),
    ...(store ? { store } : {}),
    ...(engine ? { engine } : {}),
    ...(dashboard ? { dashboard } : {}),
    ...(level ? { logLevel: level } : {}),
    ...(apiKey ? { apiKey } : {}),
    ...(signingKey ? { signingKey } : {}),
  }
}
