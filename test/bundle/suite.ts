import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest'
import { failing } from './failing.ts'
import { reindexing } from './reindexing.ts'
import { settings } from './settings.ts'
import { makeSubject, type Subject } from './subject.ts'
import { sweeping } from './sweeping.ts'
import { working } from './working.ts'

/** The bundle as a process behind a Runtime API, on one Node. If that Node is absent, each check is listed as not run. */
export function bundleSuite(version: string, node: string | undefined): void {
  describe(`the bundle on Node ${version}`, () => {
    let made: Subject | undefined
    beforeAll(async () => {
      if (node !== undefined) made = await makeSubject(node)
      else if (process.env.CI === 'true') throw new Error(`Node ${version} is absent: with CI=true that is a failure`)
    })
    beforeEach((context) => {
      if (node === undefined) context.skip(`Node ${version} is absent: its optional package is not installed`)
    })
    afterEach(() => made?.proxy.faultOn(() => undefined))
    afterAll(() => made?.stop())
    const subject = (): Subject => {
      if (made === undefined) throw new Error('the subject is made before the tests')
      return made
    }
    describe('when it serves requests', () => working(subject))
    describe('when it sweeps', () => sweeping(subject))
    describe('when it reindexes', () => reindexing(subject))
    describe('with various settings', () => settings(subject))
    describe('with a store that fails', () => failing(subject))
  })
}
