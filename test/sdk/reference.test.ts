import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { reference } from '../../scripts/reference.ts'

const GIVEN = /^(?:.*Options|NewRun|RunChanges|Log|TargetedLog)$/

test('each option and each method has a docstring for editors', () => {
  const items = reference()
    .split(/^### /m)
    .map((text) => ({ name: text.split('\n', 1)[0] ?? '', text }))
  const options = items.filter(({ name }) => GIVEN.test(name))
  expect(options.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['ClientOptions', 'ListOptions', 'SpoolOptions']),
  )
  expect(
    options.flatMap(({ name, text }) => text.match(/^.*\| {2}\|$/gm)?.map((row) => `${name} ${row}`) ?? []),
  ).toEqual([])
  const methods = items.flatMap(({ text }) => text.split(/^#### `/m).slice(1))
  expect(methods.length).toBeGreaterThan(30)
  const nameOf = (method: string) => /^\w+/.exec(method)?.[0]
  // The last overload has the docstring of all.
  const isOverload = (method: string, at: number) => nameOf(methods[at + 1] ?? '') === nameOf(method)
  expect(methods.filter((text, at) => text.trim().split('\n').length < 2 && !isOverload(text, at))).toEqual([])
})

test('the page in docs is generated from the docstrings', async () => {
  const page = new URL('../../docs/sdk/reference.md', import.meta.url)
  expect(await readFile(page, 'utf8')).toBe(reference())
})
