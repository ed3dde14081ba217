import { afterAll, beforeAll, beforeEach, describe, expect, inject } from 'vitest'
import { type TestApp, testApp } from '../support/app.ts'
import type { EngineName } from '../support/engines.ts'
import { http } from './http.ts'
import { logging } from './logging.ts'
import { references } from './references.ts'
import { runs } from './runs.ts'
import { values } from './values.ts'

/** What every part of the suite is given: the app, which is there once its tests run. */
export type Subject = () => TestApp

/** The contract, over HTTP, on one engine. Where the engine cannot run each check is named and counted as not run. */
export function contractSuite(engine: EngineName): void {
  describe(`contract on ${engine}`, () => {
    const isThere = inject('endpoints')[engine] !== undefined
    let app: TestApp | undefined
    beforeAll(async () => {
      if (isThere) app = await testApp({ engine })
    })
    beforeEach((context) => {
      if (!isThere) context.skip(`${engine} cannot run here: Java is absent`)
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
    describe('logging', () => logging(subject))
    describe('HTTP', () => http(subject))
  })
}
