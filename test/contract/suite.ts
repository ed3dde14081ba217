import { afterAll, beforeAll, beforeEach, describe, expect, inject } from 'vitest'
import { type TestApp, testApp } from '../support/app.ts'
import type { EngineName } from '../support/engines.ts'
import { at } from './at.ts'
import { conditions } from './conditions.ts'
import { deletion } from './delete.ts'
import { exact } from './exact.ts'
import { expiry } from './expiry.ts'
import { filters } from './filters.ts'
import { history } from './history.ts'
import { http } from './http.ts'
import { imports } from './imports.ts'
import { keys } from './keys.ts'
import { large } from './large.ts'
import { logging } from './logging.ts'
import { logs } from './logs.ts'
import { many } from './many.ts'
import { projects } from './projects.ts'
import { references } from './references.ts'
import { renames } from './renames.ts'
import { runs } from './runs.ts'
import { search } from './search.ts'
import { tokens } from './tokens.ts'
import { values } from './values.ts'

/** The app of a part of the suite; it exists when its tests run. */
export type Subject = () => TestApp

/** The contract over HTTP on one engine. If the engine cannot run, each check is listed and counted as not run. */
export function contractSuite(engine: EngineName): void {
  describe(`contract on ${engine}`, () => {
    const isThere = engine === 'sqlite' || inject('endpoints')[engine] !== undefined
    let app: TestApp | undefined
    beforeAll(async () => {
      if (isThere) app = await testApp({ engine })
    })
    beforeEach((context) => {
      if (!isThere) context.skip(`${engine} cannot run on this machine`)
    })
    afterAll(() => {
      expect(app?.reports ?? [], 'failures of the app itself').toEqual([])
    })
    const subject: Subject = () => {
      if (app === undefined) throw new Error('the app is made before the tests')
      return app
    }
    describe('values', () => values(subject))
    describe('runs', () => runs(subject))
    describe('references', () => references(subject))
    describe('exact references', () => exact(subject))
    describe('logging', () => logging(subject))
    describe('many logs', () => many(subject))
    describe('imports', () => imports(subject))
    describe('large logs', () => large(subject))
    describe('history', () => history(subject))
    describe('all logs of a run', () => logs(subject))
    describe('at a moment', () => at(subject))
    describe('search', () => {
      search(subject)
      conditions(subject)
    })
    describe('filters', () => filters(subject))
    describe('renames', () => renames(subject))
    describe('expiry', () => expiry(subject))
    describe('deletion', () => deletion(subject))
    describe('keys', () => keys(subject))
    describe('projects', () => projects(subject))
    describe('run tokens', () => tokens(subject))
    describe('HTTP', () => http(subject))
  })
}
