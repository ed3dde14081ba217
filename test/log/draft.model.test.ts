import { describe, expect, it } from 'vitest'
import { explore, type Model, type Move } from '../support/explore.ts'

/**
 * The protocol of core/src/metadata/large/draft.ts: writers of one log with one idempotency key, and sweeps that read
 * any draft at any time, since a writer can be frozen and a sweep late. Each move is one request to the store.
 */

/** The item with the log's key: none, a placeholder with its mark, or the log with the attempt that wrote its parts. */
type LogSlot = { readonly mark: number } | { readonly attempt: number } | null

interface Attempt {
  /** The mark of the placeholder when the attempt began; `null` if there was no item. */
  readonly base: number | null
  draft: 'first' | 'second' | 'gone'
  parts: boolean
  /** Whether its writer is still working. */
  isAlive: boolean
}

interface Writer {
  at: 'look' | 'draft' | 'parts' | 'put' | 'done'
  seen: number | null
  attempt: number
  tries: number
}

interface Sweep {
  at: 'idle' | 'look' | 'void' | 'parts' | 'draft'
  attempt: number
  isSecond: boolean
  isCommitted: boolean
}

interface State {
  slot: LogSlot
  marks: number
  acknowledged: number | null
  attempts: Attempt[]
  writers: Writer[]
  sweeps: Sweep[]
}

/** A protection that is removed from the protocol. */
type Without = 'a void before the parts go' | 'marks of their own' | 'a base in the draft' | 'parts of their own'

interface Parties {
  readonly writers: number
  readonly sweeps: number
  readonly tries: number
}

function model({ writers, sweeps, tries }: Parties, without?: Without): Model<State> {
  const first: State = {
    slot: null,
    marks: 0,
    acknowledged: null,
    attempts: [],
    writers: Array.from({ length: writers }, () => ({ at: 'look', seen: null, attempt: -1, tries: 0 })),
    sweeps: Array.from({ length: sweeps }, () => ({ at: 'idle', attempt: -1, isSecond: false, isCommitted: false })),
  }
  const shared = without === 'parts of their own'
  /** The attempts whose parts have the same keys. */
  const sameParts = (state: State, attempt: number): Attempt[] =>
    state.attempts.filter((_, index) => shared || index === attempt)
  const markIn = (slot: LogSlot): number | null | 'log' => {
    if (slot === null) return null
    return 'mark' in slot ? slot.mark : 'log'
  }

  function writing(state: State, index: number): Move<State>[] {
    const one = state.writers[index]
    if (one === undefined || one.at === 'done') return []
    const name = (what: string) => `writer ${index} ${what}`
    const move = (what: string, make: (state: State, writer: Writer) => void): Move<State> => ({
      name: name(what),
      make: (next) => {
        const writer = next.writers[index]
        if (writer !== undefined) make(next, writer)
      },
    })
    /** Starts again from the current item, or ends if that is the log. */
    const onward = (next: State, writer: Writer) => {
      const mark = markIn(next.slot)
      if (mark === 'log' || writer.tries === tries) writer.at = 'done'
      else Object.assign(writer, { at: 'draft', seen: mark, tries: writer.tries + 1, attempt: -1 })
    }
    const dies = move('dies', (next, writer) => {
      const attempt = next.attempts[writer.attempt]
      if (attempt !== undefined) attempt.isAlive = false
      writer.at = 'done'
    })
    if (one.at === 'look') return [move('looks', onward)]
    if (one.at === 'draft') {
      return [
        move('leaves a draft', (next, writer) => {
          writer.attempt = next.attempts.push({ base: writer.seen, draft: 'first', parts: false, isAlive: true }) - 1
          writer.at = 'parts'
        }),
      ]
    }
    if (one.at === 'parts') {
      return [
        dies,
        move('writes its parts', (next, writer) => {
          for (const attempt of sameParts(next, writer.attempt)) attempt.parts = true
          writer.at = 'put'
        }),
      ]
    }
    return [
      dies,
      move('puts the log', (next, writer) => {
        const attempt = next.attempts[writer.attempt]
        if (attempt !== undefined) attempt.isAlive = false
        if (markIn(next.slot) !== writer.seen) return onward(next, writer)
        next.slot = { attempt: writer.attempt }
        next.acknowledged = writer.attempt
        writer.at = 'done'
      }),
    ]
  }

  function sweeping(state: State, index: number): Move<State>[] {
    const one = state.sweeps[index]
    if (one === undefined) return []
    const move = (what: string, make: (state: State, sweep: Sweep) => void): Move<State> => ({
      name: `sweep ${index} ${what}`,
      make: (next) => {
        const sweep = next.sweeps[index]
        if (sweep !== undefined) make(next, sweep)
      },
    })
    // The second look is a day after the first, when a frozen writer has ended. Only leftover bytes depend on that.
    const isDue = ({ draft, isAlive }: Attempt) => draft === 'first' || (draft === 'second' && !isAlive)
    if (one.at === 'idle') {
      return state.attempts.flatMap((attempt, number) =>
        isDue(attempt)
          ? [
              move(`takes draft ${number}`, (next, sweep) => {
                const isSecond = next.attempts[number]?.draft === 'second'
                Object.assign(sweep, { at: 'look', attempt: number, isSecond, isCommitted: false })
              }),
            ]
          : [],
      )
    }
    const attemptOf = (next: State) => next.attempts[one.attempt]
    if (one.at === 'look') {
      return [
        move('looks at the log', (next, sweep) => {
          const { slot } = next
          const base = without === 'a base in the draft' ? null : (attemptOf(next)?.base ?? null)
          if (slot !== null && 'attempt' in slot && slot.attempt === sweep.attempt) {
            sweep.isCommitted = true
            sweep.at = 'draft'
          } else if (markIn(slot) === base && without !== 'a void before the parts go') sweep.at = 'void'
          else sweep.at = 'parts'
        }),
      ]
    }
    if (one.at === 'void') {
      return [
        move('puts a void', (next, sweep) => {
          const base = attemptOf(next)?.base ?? null
          // If the item has changed, a later sweep continues.
          if (markIn(next.slot) !== base) Object.assign(sweep, { at: 'idle', attempt: -1, isSecond: false })
          else {
            next.slot = { mark: without === 'marks of their own' ? 0 : ++next.marks }
            sweep.at = 'parts'
          }
        }),
      ]
    }
    if (one.at === 'parts') {
      return [
        move('removes the parts', (next, sweep) => {
          for (const attempt of sameParts(next, sweep.attempt)) attempt.parts = false
          sweep.at = 'draft'
        }),
      ]
    }
    return [
      move('is done with the draft', (next, sweep) => {
        const attempt = attemptOf(next)
        if (attempt !== undefined && (sweep.isCommitted || sweep.isSecond)) attempt.draft = 'gone'
        else if (attempt?.draft === 'first') attempt.draft = 'second'
        Object.assign(sweep, { at: 'idle', attempt: -1, isSecond: false, isCommitted: false })
      }),
    ]
  }

  return {
    first,
    moves: (state) => [
      ...state.writers.flatMap((_, index) => writing(state, index)),
      ...state.sweeps.flatMap((_, index) => sweeping(state, index)),
    ],
    fault: ({ slot, acknowledged, attempts }) => {
      if (slot !== null && 'attempt' in slot && attempts[slot.attempt]?.parts !== true) return 'a log lacks its parts'
      const isThere = acknowledged === null || (slot !== null && 'attempt' in slot && slot.attempt === acknowledged)
      return isThere ? undefined : 'an acknowledged log is not there'
    },
    faultAtEnd: ({ slot, attempts }) => {
      const left = attempts.filter(
        ({ parts }, index) => parts && !(slot !== null && 'attempt' in slot && slot.attempt === index),
      )
      return left.length > 0 ? 'parts stay for ever' : undefined
    },
  }
}

describe('the protocol of large logs', () => {
  it.each([
    { writers: 1, sweeps: 2, tries: 3 },
    { writers: 2, sweeps: 2, tries: 1 },
  ])('loses no log and leaves no parts in any order: $writers writers, $sweeps sweeps, $tries tries', (parties) => {
    const { states, ends, fault } = explore(model(parties))
    expect(fault).toBeUndefined()
    expect(states).toBeGreaterThan(1000)
    expect(ends).toBeGreaterThan(1)
  })

  it.each<Without>(['a void before the parts go', 'marks of their own', 'a base in the draft', 'parts of their own'])(
    'needs %s: without it the model finds an order that loses a log',
    (without) => {
      expect(explore(model({ writers: 2, sweeps: 2, tries: 2 }, without)).fault).toMatch(/^a log lacks its parts: /)
    },
  )
})
